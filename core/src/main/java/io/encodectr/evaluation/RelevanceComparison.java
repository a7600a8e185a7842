package io.encodectr.evaluation;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import io.encodectr.scoring.ScoringModel;
import io.encodectr.sequence.AttentionSequence;
import io.encodectr.sequence.LongSequence;
import org.jspecify.annotations.Nullable;

/**
 * Weights of a method and of DIN-L over the same behaviors of the same samples, for the relevance
 * indicator. Both hold their keys in ascending item row, so weights meet by position. One instance
 * a thread.
 */
final class RelevanceComparison {
  private final Dataset dataset;
  private final Samples samples;
  private final ScoringModel method;
  private final ScoringModel ideal;
  private final LongSequence sequence;
  private final AttentionSequence attention;
  private final int longest;
  private int[] rows = {};
  private float[] weights = {};

  private RelevanceComparison(
      Dataset dataset,
      Samples samples,
      ScoringModel method,
      ScoringModel ideal,
      LongSequence sequence,
      AttentionSequence attention) {
    this.dataset = dataset;
    this.samples = samples;
    this.method = method;
    this.ideal = ideal;
    this.sequence = sequence;
    this.attention = attention;
    int length = method.model().spec().longLength();
    longest = length == 0 ? Integer.MAX_VALUE : length;
  }

  /**
   * A comparison of a method with DIN-L.
   *
   * @param ideal a DIN-L model
   * @return null for a method that gives the long history no weights
   */
  static @Nullable RelevanceComparison of(
      Dataset dataset, Samples samples, ScoringModel method, ScoringModel ideal) {
    LongSequence sequence = method.newLongSequence();
    if (sequence == null
        || !method.model().spec().sequence().method().weighs()
        || !(ideal.newLongSequence() instanceof AttentionSequence attention)) {
      return null;
    }
    return new RelevanceComparison(dataset, samples, method, ideal, sequence, attention);
  }

  /** Adds a sample with at least one behavior. */
  void add(int sample, RelevanceIndicator indicator) {
    int user = samples.user(sample);
    int known = samples.historyEnd(sample);
    int count = Math.min(known, longest);
    if (rows.length < count) {
      rows = new int[count + count / 2];
      weights = new float[rows.length];
    }
    dataset.behaviors().items(user, known - count, count, rows, 0);
    long hash = dataset.userIds().hash(user);
    int[] target = {samples.target(sample)};
    attention.history(ideal.items().table(), rows, 0, count, hash);
    attention.attention().weigh(ideal.items().table(), target, 0, 1);
    sequence.history(method.items().table(), rows, 0, count, hash);
    if (sequence.weights(method.items().table(), target[0], weights)) {
      indicator.add(attention.attention().weights(), weights, count);
    } else {
      indicator.addUnmatched(attention.attention().weights(), count);
    }
  }

  /** q of the last sample. */
  float[] weights() {
    return weights;
  }

  /** Item rows of the last sample's behaviors, in the order of {@link #weights}. */
  int[] sortedRows() {
    return attention.sortedRows();
  }
}
