package io.encodectr.experiment;

import io.encodectr.model.CodeVersion;
import io.encodectr.train.TrainOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a training is of. Equal identities give equal models, so finished work is taken up again
 * only where they agree.
 */
record RunIdentity(
    int format, String datasetFingerprint, String codeVersion, Map<String, Object> options) {
  static final int FORMAT = 1;

  static RunIdentity of(String datasetFingerprint, TrainOptions options) {
    return new RunIdentity(FORMAT, datasetFingerprint, CodeVersion.current(), options.asMap());
  }

  /** How this one, asked for now, differs from an earlier one; empty if it doesn't. */
  List<String> differencesFrom(RunIdentity earlier) {
    List<String> differences = new ArrayList<>();
    if (earlier.format != format) {
      differences.add("its format was " + earlier.format + " and is now " + format);
    }
    if (!earlier.datasetFingerprint.equals(datasetFingerprint)) {
      differences.add("it learned from another dataset, or another fraction of its users");
    }
    if (!earlier.codeVersion.equals(codeVersion)) {
      differences.add("the program was " + earlier.codeVersion + " and is now " + codeVersion);
    }
    options.forEach((key, value) -> {
      Object before = earlier.options.get(key);
      if (!String.valueOf(before).equals(String.valueOf(value))) {
        differences.add(key + " was " + before + " and is now " + value);
      }
    });
    earlier.options.keySet().stream()
        .filter(key -> !options.containsKey(key))
        .forEach(key -> differences.add("it had an option " + key));
    return differences;
  }
}
