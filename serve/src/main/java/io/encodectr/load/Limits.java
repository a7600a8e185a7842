package io.encodectr.load;

import io.encodectr.file.InputException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a rate has to hold to count as served.
 *
 * @param p99Ms the 99th percentile of latency may be this long, milliseconds; of score requests and
 *     of those that tell of events, each by itself
 * @param failureShare this share may be refused, fail, be dropped by the client, or be answered for
 *     a part of the candidates only: an answer that is cut short is in time at any rate
 */
public record Limits(double p99Ms, double failureShare) {
  /**
   * Checks the ranges.
   *
   * @throws InputException if one is left
   */
  public Limits {
    if (!(p99Ms > 0)) {
      throw new InputException("--limit-ms " + p99Ms + ": give a number above 0");
    }
    if (!(failureShare >= 0 && failureShare < 1)) {
      throw new InputException("a share of " + failureShare + " failures is not in 0..1");
    }
  }

  /** Why a step does not hold the limits, in words, or null if it does. */
  @Nullable String broken(Step.Result result) {
    double failed = result.failureShare();
    double partial = result.partialShare();
    if (failed + partial > failureShare) {
      String failures = String.format(Locale.ROOT, "%.1f%% failed", 100 * failed);
      String parts = String.format(Locale.ROOT, "%.1f%% of the answers partial", 100 * partial);
      return partial == 0 ? failures : failed == 0 ? parts : failures + ", " + parts;
    }
    if (result.ok() == 0) {
      return "no good answer";
    }
    String slow = slow("p99", result.scores());
    Latency events = result.events();
    return slow != null || events == null ? slow : slow("events' p99", events);
  }

  private @Nullable String slow(String name, Latency latency) {
    return latency.p99Ms() > p99Ms
        ? String.format(Locale.ROOT, "%s of %.1f ms is over %.1f ms", name, latency.p99Ms(), p99Ms)
        : null;
  }
}
