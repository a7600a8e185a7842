package io.encodectr.evaluation;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import io.encodectr.scoring.ScoringModel;
import io.encodectr.sequence.AttentionSequence;
import io.encodectr.sequence.AverageSequence;
import io.encodectr.sequence.InterestSequence;
import io.encodectr.sequence.LongSequence;
import java.util.Arrays;
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
    if (sequence == null || !(ideal.newLongSequence() instanceof AttentionSequence attention)) {
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
    if (weigh(target, count)) {
      indicator.add(attention.attention().weights(), weights, count);
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

  /** Fills {@code weights}; false if the method has no vector for this history. */
  private boolean weigh(int[] target, int count) {
    switch (sequence) {
      case InterestSequence interests -> {
        return weighInterests(interests, target, count);
      }
      case AttentionSequence own -> {
        own.attention().weigh(method.items().table(), target, 0, 1);
        System.arraycopy(own.attention().weights(), 0, weights, 0, count);
      }
      case AverageSequence _ -> Arrays.fill(weights, 0, count, 1f / count);
      default ->
          throw new IllegalStateException(
              "the weights of " + sequence.getClass().getSimpleName() + " are not known");
    }
    return true;
  }

  /** q_i = a_k(i) · w_i (§4.6.1); behaviors that the extractor left out weigh nothing. */
  private boolean weighInterests(InterestSequence interests, int[] target, int count) {
    if (interests.attention().size() == 0) {
      return false;
    }
    interests.attention().weigh(method.items().table(), target, 0, 1);
    float[] between = interests.attention().weights();
    int[] kept = interests.extractor().rows();
    int next = 0;
    for (int i = 0; i < count; i++) {
      boolean present =
          next < interests.extractor().size() && kept[next] == attention.sortedRows()[i];
      weights[i] = 0;
      if (present) {
        int cluster = interests.extractor().clusters()[next];
        weights[i] = between[cluster] * interests.extractor().weights()[next];
        next++;
      }
    }
    return true;
  }
}
