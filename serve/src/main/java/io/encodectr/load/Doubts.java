package io.encodectr.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Finds what should keep a reader from trusting figures: a client that was late, a machine that was
 * full, a workload that does not fit the service.
 */
final class Doubts {
  private static final double LATE_MS = 1;
  private static final double LATE_SHARE = 0.2;
  private static final double FULL = 0.9;
  private static final double CLIENT_FULL = 0.7;
  private static final double KNOWN = 0.5;
  private static final int RARE = 10;

  private Doubts() {}

  /** What to say about a run, most important first. */
  static List<String> of(
      Preflight service, Workload workload, int processors, List<LoadReport.Measured> steps) {
    List<Step.Result> results = steps.stream().map(LoadReport.Measured::result).toList();
    List<String> doubts = new ArrayList<>();
    ofClient(results, processors, doubts);
    ofMachine(results, doubts);
    ofWorkload(service, workload, doubts);
    for (Step.Result result : results) {
      ofAnswers(result, doubts);
    }
    long fewest = results.stream().mapToLong(result -> result.scores().count()).min().orElse(0);
    if (fewest < RARE * 1000L) {
      doubts.add(
          words(
              "p99.9 rests on fewer than %d requests where a step has fewer than %,d answers (the"
                  + " smallest has %,d): measure longer before believing it",
              RARE, RARE * 1000L, fewest));
    }
    return doubts;
  }

  /** Whether the client, rather than the service, may have made the latencies of a step. */
  private static boolean isLate(Step.Result result) {
    return result.lag().p99Ms() > Math.max(LATE_MS, LATE_SHARE * result.scores().p99Ms());
  }

  private static void ofClient(List<Step.Result> results, int processors, List<String> doubts) {
    long dropped = results.stream().mapToLong(Step.Result::dropped).sum();
    if (dropped > 0) {
      doubts.add(
          words(
              "the client dropped %,d of %,d requests, since too many were under way: they count"
                  + " as failures and are missing from the latencies",
              dropped, results.stream().mapToLong(Step.Result::requests).sum()));
    }
    List<Step.Result> late = results.stream().filter(Doubts::isLate).toList();
    if (!late.isEmpty()) {
      Step.Result worst =
          Collections.max(late, Comparator.comparingDouble(result -> result.lag().p99Ms()));
      doubts.add(
          words(
              "the client itself was late in %d of %d steps (worst at %s/s: p99 %.2f ms, of the"
                  + " latency's %.2f ms): part of the tail is the client's",
              late.size(),
              results.size(),
              Scale.label(worst.rate()),
              worst.lag().p99Ms(),
              worst.scores().p99Ms()));
    }
    double cores = results.stream().mapToDouble(Step.Result::clientCores).max().orElse(0);
    if (cores > CLIENT_FULL * processors) {
      doubts.add(
          words(
              "the client used up to %.2f of %d processor cores: it may be the bottleneck",
              cores, processors));
    }
  }

  private static void ofMachine(List<Step.Result> results, List<String> doubts) {
    long full = results.stream().filter(Doubts::isFull).count();
    if (full > 0) {
      doubts.add(
          words(
              "the client's machine was over %.0f%% busy in %d of %d steps: whatever else runs"
                  + " there takes part in the latencies",
              100 * FULL, full, results.size()));
    }
  }

  private static boolean isFull(Step.Result result) {
    Double share = result.machineShare();
    return share != null && share > FULL;
  }

  private static void ofWorkload(Preflight service, Workload workload, List<String> doubts) {
    int candidates = workload.options().candidates();
    int items = workload.population().items().size();
    if (service.scores() != workload.answeredItems()) {
      doubts.add(
          words(
              "the first answer had %,d scores, %,d were asked for",
              service.scores(), workload.answeredItems()));
    }
    if (service.knownItems() < KNOWN) {
      doubts.add(
          words(
              "the service knows only %.0f%% of the candidates: is the workload that of its model?",
              100 * service.knownItems()));
    }
    if (candidates > items) {
      doubts.add(
          words(
              "there are %,d items only, so the %,d candidates of a request repeat",
              items, candidates));
    }
  }

  private static void ofAnswers(Step.Result result, List<String> doubts) {
    if (!result.details().degraded().isEmpty()) {
      doubts.add(
          words(
              "at %s/s answers were degraded: %s of %,d good ones",
              Scale.label(result.rate()), result.details().degraded(), result.ok()));
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // would need Error Prone at run time
  private static String words(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
