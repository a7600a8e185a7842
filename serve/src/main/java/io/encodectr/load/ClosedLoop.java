package io.encodectr.load;

import java.io.IOException;
import org.HdrHistogram.Histogram;

/**
 * What not to do, for comparison: one connection that sends the next request when the last answer
 * has come, and measures from the sending. It asks nothing while the service is slow, so its
 * percentiles leave out those who would have waited.
 */
final class ClosedLoop {
  private static final long FINEST = 1_000;
  private static final long LONGEST = 3_600_000_000_000L;
  private static final int DIGITS = 3;
  private static final int KEEP = 1 << 12;

  private ClosedLoop() {}

  /** Latencies in nanoseconds over a time, with pauses in between for a given rate at most. */
  static Histogram run(
      Endpoint endpoint, Workload workload, double rate, double seconds, int timeoutMs)
      throws IOException {
    Histogram latencies = new Histogram(FINEST, LONGEST, DIGITS);
    RequestBuffer request = new RequestBuffer();
    long pause = (long) (1e9 / rate);
    long end = System.nanoTime() + (long) (seconds * 1e9);
    try (HttpConnection connection = HttpConnection.open(endpoint, timeoutMs, KEEP)) {
      for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
        workload.write(workload.nextScore(), endpoint, request);
        connection.exchange(request.bytes(), request.size());
        latencies.recordValue(System.nanoTime() - start);
        OpenLoop.sleepUntil(start + pause);
      }
    }
    return latencies;
  }
}
