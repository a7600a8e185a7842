package io.encodectr.cli;

import io.encodectr.model.Model;
import io.encodectr.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Says what a model folder holds. */
final class ModelInspection {
  private ModelInspection() {}

  /** Inspects a folder; loading a model checks all of it. */
  static Inspection of(Path folder) throws IOException {
    Model model = Model.load(folder);
    ModelSpec spec = model.spec();
    var facts = new LinkedHashMap<String, Object>();
    facts.put("kind", spec.kind());
    facts.put("format", spec.format());
    facts.put("method", spec.method());
    facts.put("fingerprint", model.fingerprint());
    facts.put("dataset_fingerprint", spec.datasetFingerprint());
    facts.put("code_version", spec.codeVersion());
    facts.put("parameters", model.parameters());
    facts.put("items", model.items());
    facts.put("items_with_own_embedding", own(model));
    facts.put("hyper_parameters", hyperParameters(spec));
    facts.put("input_width", model.layout().inputWidth());
    if (!spec.training().isEmpty()) {
      facts.put("training", spec.training());
    }
    if (!spec.metrics().isEmpty()) {
      facts.put("metrics", spec.metrics());
    }
    facts.put("columns", Inspection.columns(spec.schema()));
    facts.put("tensors", tensors(model));
    String sentence =
        "A model of method %s with %s parameters for %s items."
            .formatted(
                spec.method(),
                Inspection.count(model.parameters()),
                Inspection.count(model.items()));
    return new Inspection(sentence, facts);
  }

  private static long own(Model model) {
    long own = 0;
    for (int item = 0; item < model.items(); item++) {
      own += model.itemRow(item) > 0 ? 1 : 0;
    }
    return own;
  }

  private static Map<String, Object> hyperParameters(ModelSpec spec) {
    var facts = new LinkedHashMap<String, Object>();
    facts.put("dimension", spec.dimension());
    facts.put("low_dimension", spec.lowDimension());
    facts.put("clusters", spec.clusters());
    facts.put("iterations", spec.iterations());
    facts.put("beta", spec.beta());
    facts.put("long_length", spec.longLength());
    facts.put("recent_length", spec.recentLength());
    facts.put("recent_relevance", spec.recentRelevance());
    facts.put("long_relevance", spec.longRelevance());
    facts.put("clustering", spec.clustering());
    facts.put("mass", spec.mass());
    facts.put("retrieved", spec.retrieved());
    facts.put("feature_width", spec.featureWidth());
    facts.put("tower", spec.tower());
    facts.put("seed", spec.seed());
    facts.put("cluster_seed", spec.clusterSeed());
    return facts;
  }

  private static List<Map<String, Object>> tensors(Model model) {
    var shapes = model.layout().tensors();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String name : model.tensorNames()) {
      int[] shape = shapes.get(name);
      var row = new LinkedHashMap<String, Object>();
      row.put("tensor", name);
      row.put("shape", shape == null ? "of the method's own" : shape(shape));
      WeightsInspection.addValues(model.weights(name), row);
      rows.add(row);
    }
    return rows;
  }

  /** Such as 31 × 16. */
  static String shape(int[] shape) {
    return Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(" × "));
  }
}
