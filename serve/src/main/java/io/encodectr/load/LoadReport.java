package io.encodectr.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a run found out, as {@code load.json} has it.
 *
 * @param format version of the file, {@value #FORMAT}
 * @param kind always {@value #KIND}
 * @param createdBy program and version
 * @param startedAt ISO 8601, UTC
 * @param url the service's address
 * @param service what its first answer told
 * @param workload what was asked
 * @param client what asked
 * @param limits what a rate had to hold
 * @param knee the highest rate that held them, or null if none was looked for
 * @param steps in the order in which they were run; of a search that found a knee, the last is the
 *     knee's, measured once more
 * @param warnings what a reader must know before trusting the figures
 */
public record LoadReport(
    int format,
    String kind,
    String createdBy,
    String startedAt,
    String url,
    Preflight service,
    Asked workload,
    Client client,
    Limits limits,
    KneeSearch.@Nullable Knee knee,
    List<Measured> steps,
    List<String> warnings) {
  /** The version written by this code. */
  public static final int FORMAT = 1;

  /** The kind of file. */
  public static final String KIND = "load";

  /**
   * What was asked.
   *
   * @param source where users and items are from
   * @param users number of different users
   * @param items number of different items
   * @param candidates of a score request
   * @param top how many of the best were asked for; 0 = all
   * @param lists number of different lists of candidates
   * @param eventsShare share of requests that told of an event
   * @param seed of all draws
   */
  public record Asked(
      String source,
      int users,
      int items,
      int candidates,
      int top,
      int lists,
      double eventsShare,
      long seed) {}

  /**
   * What asked.
   *
   * @param processors of the client's machine
   * @param java version of the JVM
   * @param clock how exact its clock is
   * @param mostUnderWay how many requests might be under way at once
   * @param timeoutMs when an answer was given up
   * @param warmUpSeconds load before the first step that is not counted
   */
  public record Client(
      int processors,
      String java,
      Clock clock,
      int mostUnderWay,
      int timeoutMs,
      double warmUpSeconds) {}

  /**
   * A step and what came of it.
   *
   * @param result the figures
   * @param broken why the limits were not held, or null if they were
   * @param curve the distribution of latencies of score requests
   * @param seconds the counted time second by second
   */
  public record Measured(
      Step.Result result, @Nullable String broken, List<Quantile> curve, List<Second> seconds) {}

  /**
   * The step whose figures are those of the knee: the last one at its rate, which was measured
   * after the search. Null if no rate held the limits or no knee was looked for.
   */
  public @Nullable Measured atKnee() {
    Double held = knee == null ? null : knee.held();
    Measured found = null;
    for (Measured step : steps) {
      found = held != null && step.result().rate() == held ? step : found;
    }
    return found;
  }

  /** Whether any request had a good answer. */
  public boolean hasGoodAnswers() {
    return steps.stream().anyMatch(step -> step.result().ok() > 0);
  }

  /** Copies the lists. */
  public LoadReport {
    steps = List.copyOf(steps);
    warnings = List.copyOf(warnings);
  }
}
