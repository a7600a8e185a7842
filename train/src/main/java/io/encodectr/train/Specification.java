package io.encodectr.train;

import io.encodectr.dataset.Dataset;
import io.encodectr.model.CodeVersion;
import io.encodectr.model.ModelSpec;
import io.encodectr.sequence.Method;
import io.encodectr.train.batch.SampleSplit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The model specification that training options lead to. */
final class Specification {
  private static final int DIMENSION = 32;
  private static final int FEATURE_WIDTH = 8;
  private static final List<Integer> TOWER = List.of(200, 80);

  private Specification() {}

  /** The specification of a model in training. */
  static ModelSpec of(TrainOptions options, Dataset dataset, int itemRows, long clusterSeed) {
    Method method = Method.named(options.method());
    boolean clusters = method.clusters();
    return new ModelSpec(
        ModelSpec.FORMAT,
        ModelSpec.KIND,
        options.method(),
        DIMENSION,
        method.projects() ? options.lowDimension() : 0,
        clusters ? options.clusters() : 0,
        clusters ? options.iterations() : 0,
        options.beta(),
        options.longLength(),
        options.recentLength(),
        options.recentRelevance(),
        options.longRelevance(),
        options.clustering(),
        options.mass(),
        options.retrieved(),
        FEATURE_WIDTH,
        TOWER,
        options.seed(),
        clusterSeed,
        dataset.schema(),
        itemRows,
        dataset.info().fingerprint(),
        options.asMap(),
        Map.of(),
        CodeVersion.current(),
        "");
  }

  /** The same with the facts of a training that has ended. */
  static ModelSpec finished(
      ModelSpec spec,
      Map<String, Object> options,
      SampleSplit split,
      long steps,
      int epochsDone,
      int keptEpoch,
      Map<String, Object> metrics) {
    Map<String, Object> training = new LinkedHashMap<>(options);
    training.put("epochs_done", epochsDone);
    training.put("kept_epoch", keptEpoch);
    training.put("steps", steps);
    training.put("training_samples", split.training().length);
    training.put("validation_samples", split.validation().length);
    if (split.validation().length > 0) {
      training.put("validation_from_time", split.cut());
    }
    return spec.finished(training, metrics);
  }
}
