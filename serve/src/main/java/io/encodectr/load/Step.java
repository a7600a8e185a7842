package io.encodectr.load;

import org.jspecify.annotations.Nullable;

/**
 * One stretch of load at one rate.
 *
 * @param rate mean number of requests a second, above 0
 * @param warmUpSeconds sent first and not counted, at least 0
 * @param seconds counted, above 0
 * @param seed of the times at which requests are sent
 */
public record Step(double rate, double warmUpSeconds, double seconds, long seed) {
  /**
   * What came of a step. Counts and latencies are of the requests that were to be sent in the
   * counted seconds, whenever they were answered.
   *
   * @param rate the rate asked for, requests a second
   * @param seconds the counted seconds
   * @param requests how many requests the schedule had
   * @param sentRate requests sent a second: those of the schedule less the dropped ones
   * @param throughput good answers that came within the counted seconds, a second
   * @param ok good answers
   * @param refused answers 429: the service refused at once
   * @param errors other answers than 200 and 429, broken connections and time-outs
   * @param dropped requests not sent because too many were under way
   * @param failureShare (refused + errors + dropped) / requests, 0..1
   * @param partialShare share of the good answers with scores that cover only a part of the
   *     candidates, 0..1; they count as good in all else
   * @param scores latency of score requests from the time they were to be sent to the last byte of
   *     the answer: good answers, and time-outs with the time until they were given up
   * @param events the same of requests that tell of an event, or null if there were none
   * @param refusals latency of the answers 429, or null if there were none: a refusal is of use to
   *     the caller only if it comes at once
   * @param lag how late the client itself was: from the time a request was to be sent to the moment
   *     a thread took it up
   * @param clientCores processor cores that the client kept busy
   * @param machineShare share of the machine's processors that was busy, 0..1, by whatever process;
   *     null where the system does not tell
   * @param collectionMs time that the client's garbage collector took
   * @param newConnections connections that had to be opened
   * @param sentAgain requests whose connection ended before any of the answer came and that were
   *     sent again on a new one; what came of that is counted, the first attempt nowhere else
   * @param details counts by what happened: outcomes, reasons of degraded answers, and answers by
   *     the pair of model and generation
   */
  public record Result(
      double rate,
      double seconds,
      long requests,
      double sentRate,
      double throughput,
      long ok,
      long refused,
      long errors,
      long dropped,
      double failureShare,
      double partialShare,
      Latency scores,
      @Nullable Latency events,
      @Nullable Latency refusals,
      Latency lag,
      double clientCores,
      @Nullable Double machineShare,
      double collectionMs,
      long newConnections,
      long sentAgain,
      Details details) {
    /** Latency of score requests or, where none was answered, of events. */
    public Latency answered() {
      return scores.count() > 0 || events == null ? scores : events;
    }
  }
}
