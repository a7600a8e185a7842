package io.encodectr.train;

import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.model.ModelSpec;
import io.encodectr.sequence.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * Everything that decides which model a dataset becomes. Two runs with equal options on one dataset
 * by as many processes give the same weights to the last bit, however many threads they have and
 * however often they were interrupted.
 *
 * @param method one of {@link Method#names}
 * @param epochs passes over the training samples
 * @param learningRate of Adam
 * @param batchSize samples a step
 * @param metricLoss what the projection learns by: {@code none}, {@code mse}, {@code n-pair},
 *     {@code triplet-fixed} or {@code triplet-dynamic} (Table 6)
 * @param tripletWeight weight of that loss beside the cross-entropy
 * @param tripletSampling where the behaviors it compares are drawn from: {@code neighbors}, {@code
 *     sequence} or {@code batch} (Table 5)
 * @param clusters K
 * @param lowDimension m
 * @param iterations T
 * @param beta β of cosine relevance
 * @param longLength behaviors of the long history, 0 for all
 * @param recentLength behaviors of the real-time history
 * @param recentRelevance {@code dot} or {@code cosine}
 * @param longRelevance {@code cosine} or {@code dot}
 * @param clustering {@code kmeans}, {@code random}, {@code routing} or {@code agglomerative} (Table
 *     7)
 * @param mass what of a cluster's mass its attention knows: {@code none}, {@code count}, {@code
 *     log-sum-exp}, {@code spread} or {@code learned}
 * @param retrieved behaviors that a retrieval method attends to
 * @param minCount items seen less often in training share the out-of-vocabulary row
 * @param validationShare share of the training samples, the last by time, to validate on
 * @param earlyStop whether to stop when the validation AUC stops rising, and keep the best epoch
 * @param patience epochs without a better AUC before stopping
 * @param adam {@code row-sparse}: only rows that a batch touches are updated; {@code dense}: all
 * @param l2 weight of ½‖θ‖² on tables and tower
 * @param initStd standard deviation of embeddings at the start
 * @param logEvery steps between two lines of metrics.jsonl
 * @param seed of everything drawn
 */
public record TrainOptions(
    String method,
    int epochs,
    double learningRate,
    int batchSize,
    String metricLoss,
    double tripletWeight,
    String tripletSampling,
    int clusters,
    int lowDimension,
    int iterations,
    float beta,
    int longLength,
    int recentLength,
    String recentRelevance,
    String longRelevance,
    String clustering,
    String mass,
    int retrieved,
    int minCount,
    double validationShare,
    boolean earlyStop,
    int patience,
    String adam,
    double l2,
    float initStd,
    int logEvery,
    long seed) {

  private static final List<String> METRIC_LOSSES =
      List.of("none", "mse", "n-pair", "triplet-fixed", "triplet-dynamic");
  private static final List<String> SAMPLINGS = List.of("neighbors", "sequence", "batch");
  private static final List<String> ADAMS = List.of("row-sparse", "dense");

  /** The paper's settings for a method. */
  public static TrainOptions defaults(String method) {
    return new TrainOptions(
        method,
        1,
        1e-4,
        1024,
        "triplet-dynamic",
        0.1,
        "sequence",
        30,
        4,
        15,
        20f,
        1500,
        50,
        "dot",
        Method.named(method).attendsBy("cosine") ? "cosine" : "dot",
        "kmeans",
        "none",
        50,
        2,
        0.1,
        false,
        1,
        "row-sparse",
        0,
        0.1f,
        100,
        1);
  }

  /**
   * Checks every value.
   *
   * @throws InputException naming the option, its value and what it may be
   */
  public TrainOptions {
    oneOf("method", method, Method.names());
    oneOf("recent_relevance", recentRelevance, ModelSpec.RELEVANCES);
    oneOf("long_relevance", longRelevance, ModelSpec.RELEVANCES);
    oneOf("clustering", clustering, ModelSpec.CLUSTERINGS);
    oneOf("mass", mass, ModelSpec.MASSES);
    oneOf("metric_loss", metricLoss, METRIC_LOSSES);
    oneOf("triplet_sampling", tripletSampling, SAMPLINGS);
    oneOf("adam", adam, ADAMS);
    within("epochs", epochs, 1, 100_000);
    within("batch_size", batchSize, 1, 1 << 20);
    within("clusters", clusters, 1, 4096);
    within("low_dimension", lowDimension, 1, 64);
    within("iterations", iterations, 1, 10_000);
    within("long_length", longLength, 0, 1 << 28);
    within("recent_length", recentLength, 1, 100_000);
    within("retrieved", retrieved, 1, 100_000);
    within("min_count", minCount, 1, Integer.MAX_VALUE);
    within("patience", patience, 1, 100_000);
    within("log_every", logEvery, 1, Integer.MAX_VALUE);
    positive("learning_rate", learningRate);
    positive("beta", beta);
    positive("init_std", initStd);
    notNegative("triplet_weight", tripletWeight);
    notNegative("l2", l2);
    if (!Method.named(method).attendsBy(longRelevance)) {
      throw new InputException(
          "method "
              + method
              + " attends by another relevance: long_relevance cannot be "
              + longRelevance);
    }
    if (mass.equals("spread") && longRelevance.equals("dot")) {
      throw new InputException(
          "mass spread is for attention by cosine; long_relevance is dot, choose another mass");
    }
    if (longLength > 0 && recentLength > longLength) {
      throw new InputException(
          "the long history includes the recent one: recent_length "
              + recentLength
              + " must not exceed long_length "
              + longLength);
    }
    if (!(validationShare >= 0 && validationShare < 1)) {
      throw new InputException(
          "validation_share must be from 0 to below 1, not " + validationShare);
    }
    if (earlyStop && validationShare == 0) {
      throw new InputException(
          "early_stop needs validation samples: set validation_share above 0, or leave early_stop"
              + " off");
    }
  }

  /**
   * These options with some replaced, by their snake_case names.
   *
   * @throws InputException for an unknown name or a value that does not fit
   */
  public TrainOptions with(Map<String, ?> changes) {
    Map<String, Object> all = asMap();
    for (Map.Entry<String, ?> change : changes.entrySet()) {
      if (!all.containsKey(change.getKey())) {
        throw new InputException(
            "unknown training option " + change.getKey() + "; there are " + all.keySet());
      }
      all.put(change.getKey(), change.getValue());
    }
    try {
      return Json.mapper().convertValue(all, TrainOptions.class);
    } catch (JacksonException e) {
      if (e.getCause() instanceof InputException cause) {
        throw cause;
      }
      throw new InputException("training options " + changes + ": " + e.getOriginalMessage());
    }
  }

  /** The options by their snake_case names, in order. */
  public Map<String, Object> asMap() {
    return Json.mapper().convertValue(this, new TypeReference<LinkedHashMap<String, Object>>() {});
  }

  /** Whether only touched rows are updated. */
  public boolean rowSparse() {
    return adam.equals("row-sparse");
  }

  private static void oneOf(String option, String value, List<String> allowed) {
    if (!allowed.contains(value)) {
      throw new InputException(
          option + " must be one of " + String.join(", ", allowed) + ", not " + value);
    }
  }

  private static void within(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new InputException(
          option + " must be from " + least + " to " + most + ", not " + value);
    }
  }

  private static void positive(String option, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new InputException(option + " must be a positive number, not " + value);
    }
  }

  private static void notNegative(String option, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new InputException(option + " must be 0 or a positive number, not " + value);
    }
  }
}
