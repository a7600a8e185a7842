package io.encodectr.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
      Preflight service,
      Workload workload,
      int processors,
      KneeSearch.@Nullable Knee knee,
      List<LoadReport.Measured> steps) {
    List<Step.Result> results = steps.stream().map(LoadReport.Measured::result).toList();
    List<String> doubts = new ArrayList<>();
    ofKnee(knee, steps.getLast(), doubts);
    ofFailures(results, doubts);
    ofClient(results, processors, doubts);
    ofMachine(results, doubts);
    ofWorkload(service, workload, doubts);
    for (Step.Result result : results) {
      ofAnswers(result, doubts);
    }
    long fewest = results.stream().mapToLong(result -> result.answered().count()).min().orElse(0);
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
    return result.lag().p99Ms() > Math.max(LATE_MS, LATE_SHARE * result.answered().p99Ms());
  }

  private static void ofKnee(
      KneeSearch.@Nullable Knee knee, LoadReport.Measured last, List<String> doubts) {
    if (knee != null && knee.held() != null && last.broken() != null) {
      doubts.add(
          words(
              "the knee of %s/s did not hold when it was measured once more (%s): the rate that"
                  + " the service holds is lower",
              Scale.label(last.result().rate()), last.broken()));
    }
  }

  private static void ofFailures(List<Step.Result> results, List<String> doubts) {
    List<Step.Result> failed = results.stream().filter(one -> one.failureShare() > 0).toList();
    if (!failed.isEmpty()) {
      Step.Result worst =
          Collections.max(failed, Comparator.comparingDouble(Step.Result::failureShare));
      SortedMap<String, Long> ends = new TreeMap<>(worst.details().outcomes());
      ends.remove(Tally.GOOD);
      doubts.add(
          words(
              "requests failed in %d of %d steps, at worst at %s/s: %.1f%% (%s); latencies are"
                  + " those of the others, and of time-outs",
              failed.size(),
              results.size(),
              Scale.label(worst.rate()),
              100 * worst.failureShare(),
              ends));
    }
    long again = results.stream().mapToLong(Step.Result::sentAgain).sum();
    if (again > 0) {
      doubts.add(
          words(
              "the service ended connections before it answered %,d requests, which were sent again"
                  + " on new ones and count by what came of that: right for connections that were"
                  + " idle, but a service that drops requests looks the same",
              again));
    }
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
              worst.answered().p99Ms()));
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
