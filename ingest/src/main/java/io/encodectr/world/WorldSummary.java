package io.encodectr.world;

/**
 * {@code world.json}: what was generated and what is true of it.
 *
 * @param readme what this folder is, in a line
 * @param format version of the folder's layout
 * @param parameters the specification, all of it
 * @param period of the events, in seconds since the epoch
 * @param model the true click model
 * @param counts of what was written
 * @param oracle what a predictor that knows the true probabilities reaches on all samples
 */
public record WorldSummary(
    String readme,
    int format,
    WorldSpec parameters,
    Period period,
    TrueModel model,
    Counts counts,
    Oracle oracle) {

  /** From ≤ time < to; page views and samples exist from samplesFrom on. */
  public record Period(long from, long samplesFrom, long to) {}

  /**
   * The numbers of the click model: p = σ(relevanceScale·ρ + popularityScale·π + bias + intercept).
   *
   * @param historyMedian the median of the history length, as given or fitted
   */
  public record TrueModel(
      double relevanceScale,
      double popularityScale,
      double intercept,
      double historyMedian,
      int dimension,
      int styles) {}

  /**
   * What was written.
   *
   * @param rows rows of the event log
   * @param behaviors clicks: those before the sample period and those of the samples
   * @param samples exposed candidates
   */
  public record Counts(
      int users, int items, long rows, long behaviors, long samples, long pageViews, long clicks) {}

  /** Exact over the samples written. */
  public record Oracle(double auc, double logLoss, double clickRate, double meanProbability) {}
}
