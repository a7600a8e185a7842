package io.encodectr.load;

import io.encodectr.file.InputException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a rate has to hold to count as served.
 *
 * @param p99Ms the 99th percentile of latency may be this long, milliseconds
 * @param failureShare this share of requests may be refused, fail or be dropped by the client
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
    if (result.failureShare() > failureShare) {
      return String.format(Locale.ROOT, "%.1f%% failed", 100 * result.failureShare());
    }
    if (result.scores().p99Ms() > p99Ms) {
      return String.format(
          Locale.ROOT, "p99 of %.1f ms is over %.1f ms", result.scores().p99Ms(), p99Ms);
    }
    return null;
  }
}
