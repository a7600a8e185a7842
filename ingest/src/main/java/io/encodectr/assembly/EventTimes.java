package io.encodectr.assembly;

import java.util.function.LongConsumer;

/**
 * Times of the samples among events.
 *
 * @param core whose users and items count
 * @param samplesFrom samples are the events from this second on
 */
public record EventTimes(Events events, KCore core, long samplesFrom) implements SampleTimes {
  @Override
  public Range range(long low, long high) {
    long[] range = {0, Long.MAX_VALUE, Long.MIN_VALUE};
    each(time -> {
      if (time >= low && time <= high) {
        range[0]++;
        range[1] = Math.min(range[1], time);
        range[2] = Math.max(range[2], time);
      }
    });
    return new Range(range[0], range[1], range[2]);
  }

  @Override
  public long[] histogram(long low, long high, int shift) {
    long[] counts = new long[(int) ((high - low) >> shift) + 1];
    each(time -> {
      if (time >= low && time <= high) {
        counts[(int) ((time - low) >> shift)]++;
      }
    });
    return counts;
  }

  private void each(LongConsumer reader) {
    for (int u = 0; u < events.users(); u++) {
      if (core.user(events.firstUser() + u) >= 0) {
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
