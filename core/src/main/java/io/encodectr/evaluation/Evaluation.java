package io.encodectr.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an evaluation found. A figure that has no value (one class only, no such users, not asked
 * for, not defined for the method) is NaN.
 *
 * @param method the model's method
 * @param part {@code test} or {@code train}
 * @param samples number of samples
 * @param positives how many of them are labeled 1
 * @param auc exact AUC of all samples
 * @param gauc group AUC
 * @param gaucBy {@code page_view} or {@code user}
 * @param logLoss mean cross-entropy in nats
 * @param oracleAuc AUC of the true click probability, where the dataset has it
 * @param shareOfOracle (auc − ½) / (oracle_auc − ½)
 * @param warm samples of users with a training sample or a behavior in the training period
 * @param cold the other samples
 * @param histories slices by the number of earlier behaviors
 * @param relevance the relevance indicator, NaN unless compared with a DIN-L model
 * @param microsecondsPerCandidate CPU time of a candidate on one thread in requests of {@link
 *     CandidateTiming#REQUEST} candidates, the user's history or interests at hand
 * @param samplesPerSecond samples by wall-clock time on all threads, histories included
 */
public record Evaluation(
    String method,
    String part,
    int samples,
    long positives,
    double auc,
    Gauc gauc,
    String gaucBy,
    double logLoss,
    double oracleAuc,
    double shareOfOracle,
    Slice warm,
    Slice cold,
    List<Slice> histories,
    Relevance relevance,
    double microsecondsPerCandidate,
    double samplesPerSecond) {

  /**
   * A part of the samples.
   *
   * @param name what it holds, such as {@code 10-49}
   * @param samples how many
   * @param auc NaN where one class is absent
   */
  public record Slice(String name, long samples, double auc) {}

  /**
   * The relevance indicator and its scale.
   *
   * @param value RI, the mean cross-entropy with DIN-L's attention
   * @param uniform RI of uniform weights
   * @param floor RI of DIN-L's attention itself
   * @param recall recall@50
   * @param uniformRecall recall@50 of uniform weights
   * @param samples samples compared
   * @param unmatched share of them for which the method found nothing to attend to, taken as
   *     uniform weights
   */
  public record Relevance(
      double value,
      double uniform,
      double floor,
      double recall,
      double uniformRecall,
      long samples,
      double unmatched) {
    /** Nothing compared. */
    public static final Relevance NONE =
        new Relevance(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0, Double.NaN);
  }

  /** All figures by the names that scripts rely on; NaN where there is none. */
  public Map<String, Object> asMap() {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("method", method);
    result.put("part", part);
    result.put("samples", samples);
    result.put("positives", positives);
    result.put("auc", auc);
    result.put("gauc", gauc.value());
    result.put("log_loss", logLoss);
    result.put("oracle_auc", oracleAuc);
    result.put("share_of_oracle", shareOfOracle);
    result.put("gauc_by", gaucBy);
    result.put("gauc_groups", gauc.groups());
    result.put("gauc_skipped", gauc.skipped());
    result.put("gauc_skipped_share", gauc.skippedShare());
    result.put("warm_samples", warm.samples());
    result.put("warm_auc", warm.auc());
    result.put("cold_samples", cold.samples());
    result.put("cold_auc", cold.auc());
    result.put("ri", relevance.value());
    result.put("ri_uniform", relevance.uniform());
    result.put("ri_floor", relevance.floor());
    result.put("recall_50", relevance.recall());
    result.put("recall_50_uniform", relevance.uniformRecall());
    result.put("ri_samples", relevance.samples());
    result.put("ri_unmatched", relevance.unmatched());
    result.put("microseconds_per_candidate", microsecondsPerCandidate);
    result.put("samples_per_second", samplesPerSecond);
    List<Map<String, Object>> slices = new ArrayList<>();
    for (Slice slice : histories) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("behaviors", slice.name());
      row.put("samples", slice.samples());
      row.put("auc", slice.auc());
      slices.add(row);
    }
    result.put("histories", slices);
    return result;
  }
}
