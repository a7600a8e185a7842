package io.encodectr.assembly;

import io.encodectr.file.InputException;
import java.io.IOException;

/**
 * The global split by time: the smallest second T such that at least the wanted share of the
 * samples has time ≤ T. All samples of one second are on one side. Unless the share is 1, the
 * latest second with samples is always tested, if there is more than one.
 */
public final class TimeSplit {
  private static final int BITS = 16;

  private final SampleTimes times;

  private TimeSplit(SampleTimes times) {
    this.times = times;
  }

  /**
   * The split time T.
   *
   * @param samplesFrom samples are the events from this second on; for the error
   * @param share share of the training period, in (0, 1]
   * @throws InputException if there is no sample
   */
  public static long of(SampleTimes times, long samplesFrom, double share) throws IOException {
    SampleTimes.Range all = times.range(Long.MIN_VALUE, Long.MAX_VALUE);
    long samples = all.samples();
    if (samples == 0) {
      throw new InputException(
          "no sample is left: no usable row has a time from "
              + samplesFrom
              + " on; give an earlier --samples-from or a smaller --min-count");
    }
    long wanted = Math.clamp((long) Math.ceil(share * samples), 1, samples);
    long time = new TimeSplit(times).rank(wanted, all.first(), all.last());
    if (time == all.last() && share < 1 && all.first() < all.last()) {
      return times.range(Long.MIN_VALUE, time - 1).last();
    }
    return time;
  }

  /** The time of the sample of this rank, 1-based, among the sorted times. */
  private long rank(long wanted, long first, long last) throws IOException {
    long low = first;
    long high = last;
    long before = 0;
    while (low < high) {
      int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(high - low) - BITS);
      long[] counts = times.histogram(low, high, shift);
      int bucket = 0;
      while (before + counts[bucket] < wanted) {
        before += counts[bucket++];
      }
      low += (long) bucket << shift;
      high = Math.min(high, low + (1L << shift) - 1);
    }
    return low;
  }
}
