package io.encodectr.ingest;

import io.encodectr.file.InputException;

/**
 * The global split by time: the smallest second T such that at least the wanted share of the
 * samples has time ≤ T. All samples of one second are on one side. Unless the share is 1, the
 * latest second with samples is always tested, if there is more than one.
 */
final class TimeSplit {
  private static final int BITS = 16;

  private final Events events;
  private final KCore core;
  private final long samplesFrom;

  private TimeSplit(Events events, KCore core, long samplesFrom) {
    this.events = events;
    this.core = core;
    this.samplesFrom = samplesFrom;
  }

  /**
   * The split time T.
   *
   * @param samplesFrom samples are the events from this second on
   * @param share share of the training period, in (0, 1]
   * @throws InputException if there is no sample
   */
  static long of(Events events, KCore core, long samplesFrom, double share) {
    TimeSplit split = new TimeSplit(events, core, samplesFrom);
    long[] range = split.range(Long.MIN_VALUE, Long.MAX_VALUE);
    long samples = range[0];
    if (samples == 0) {
      throw new InputException(
          "no sample is left: no usable row has a time from "
              + samplesFrom
              + " on; give an earlier --samples-from or a smaller --min-count");
    }
    long wanted = Math.clamp((long) Math.ceil(share * samples), 1, samples);
    long time = split.rank(wanted, range[1], range[2]);
    if (time == range[2] && share < 1 && range[1] < range[2]) {
      return split.range(Long.MIN_VALUE, time - 1)[2];
    }
    return time;
  }

  /** The time of the sample of this rank, 1-based, among the sorted times. */
  private long rank(long wanted, long first, long last) {
    long low = first;
    long high = last;
    long before = 0;
    while (low < high) {
      int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(high - low) - BITS);
      long[] counts = histogram(low, high, shift);
      int bucket = 0;
      while (before + counts[bucket] < wanted) {
        before += counts[bucket++];
      }
      low += (long) bucket << shift;
      high = Math.min(high, low + (1L << shift) - 1);
    }
    return low;
  }

  private long[] histogram(long low, long high, int shift) {
    long[] counts = new long[(int) ((high - low) >> shift) + 1];
    each(time -> {
      if (time >= low && time <= high) {
        counts[(int) ((time - low) >> shift)]++;
      }
    });
    return counts;
  }

  /** Number of samples, earliest and latest time within bounds. */
  private long[] range(long low, long high) {
    long[] range = {0, Long.MAX_VALUE, Long.MIN_VALUE};
    each(time -> {
      if (time >= low && time <= high) {
        range[0]++;
        range[1] = Math.min(range[1], time);
        range[2] = Math.max(range[2], time);
      }
    });
    return range;
  }

  private void each(java.util.function.LongConsumer reader) {
    for (int u = 0; u < events.users(); u++) {
      if (core.user(u) >= 0) {
        long end = events.offsets().get(u + 1L);
        for (long e = events.offsets().get(u); e < end; e++) {
          long time = events.time().get(e);
          if (time >= samplesFrom && core.item(events.item().get(e)) >= 0) {
            reader.accept(time);
          }
        }
      }
    }
  }
}
