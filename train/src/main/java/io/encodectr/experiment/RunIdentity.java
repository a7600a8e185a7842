package io.encodectr.experiment;

import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a training is of. Equal identities give equal models, so finished work is taken up again
 * only where they agree.
 *
 * @param codeVersion {@link ProgramVersion} of the program that trains
 * @param options of the training
 * @param environment Java, threads and machine; for information, since no result depends on them
 */
record RunIdentity(
    int format,
    String datasetFingerprint,
    String codeVersion,
    Map<String, Object> options,
    Map<String, Object> environment) {
  static final int FORMAT = 1;

  private static final String ENVIRONMENT = "environment";

  static RunIdentity of(
      String datasetFingerprint, TrainOptions options, Map<String, Object> environment) {
    return new RunIdentity(
        FORMAT, datasetFingerprint, ProgramVersion.current(), options.asMap(), environment);
  }

  /** Reads an identity, of an earlier program too; null if it is none. */
  static @Nullable RunIdentity read(Path file) throws IOException {
    try {
      JsonNode tree = Json.readTree(file);
      if (tree instanceof ObjectNode object && !object.has(ENVIRONMENT)) {
        object.putObject(ENVIRONMENT);
      }
      return Json.bind(file, tree, RunIdentity.class);
    } catch (InputException e) {
      return null;
    }
  }

  /** Whether the same program does it. */
  boolean sameProgram(RunIdentity earlier) {
    return earlier.codeVersion.equals(codeVersion);
  }

  /** How this one, asked for now, differs from an earlier one in anything but the program. */
  List<String> differencesFrom(RunIdentity earlier) {
    List<String> differences = new ArrayList<>();
    if (earlier.format != format) {
      differences.add("its format was " + earlier.format + " and is now " + format);
    }
    if (!earlier.datasetFingerprint.equals(datasetFingerprint)) {
      differences.add("it learned from another dataset, or another fraction of its users");
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
