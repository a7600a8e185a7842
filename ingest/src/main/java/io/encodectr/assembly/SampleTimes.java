package io.encodectr.assembly;

import java.io.IOException;
import java.io.Serializable;

/** Counts the times of the samples, wherever these are. */
public interface SampleTimes {
  /**
   * How many samples there are within bounds, and when.
   *
   * @param samples how many
   * @param first the earliest time; {@code Long.MAX_VALUE} if there is none
   * @param last the latest time; {@code Long.MIN_VALUE} if there is none
   */
  record Range(long samples, long first, long last) implements Serializable {
    /** The range of two disjoint sets of samples. */
    public Range and(Range other) {
      return new Range(
          samples + other.samples, Math.min(first, other.first), Math.max(last, other.last));
    }
  }

  /** The range of the samples with low ≤ time ≤ high. */
  Range range(long low, long high) throws IOException;

  /**
   * How many samples with low ≤ time ≤ high have (time − low) {@literal >>} shift = k, for each k.
   */
  long[] histogram(long low, long high, int shift) throws IOException;
}
