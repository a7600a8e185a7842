package io.encodectr.evaluation;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import io.encodectr.model.ModelSpec;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.CandidateScorer;
import io.encodectr.scoring.ScoringModel;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a request costs online: CPU time on one thread to score a number of candidates for one user.
 * The user's history (or interests) is at hand, as in a service that reads it from a store; what
 * counts is recent and long attention, retrieval included, and the tower.
 *
 * <p>Several models are measured in turn: each round is one request to each of them, for the same
 * user and the same candidates. So a machine that grows slower or hotter meets all of them alike.
 */
public final class CandidateTiming {
  /** Candidates of a request where one model is measured alone. */
  public static final int REQUEST = 1000;

  private static final Schedule ALONE = new Schedule(REQUEST, 32, 0.5, 0.5, 32, 2000);
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  private final Samples samples;
  private final Schedule schedule;
  private final int[] candidates;

  private CandidateTiming(Samples samples, Schedule schedule) {
    this.samples = samples;
    this.schedule = schedule;
    candidates = new int[schedule.candidates()];
    for (int i = 0; i < candidates.length; i++) {
      candidates[i] = samples.target(spread(i, candidates.length));
    }
  }

  /**
   * How much is measured.
   *
   * @param candidates of a request, targets of samples spread over the part
   * @param users whose histories take turns, those of samples spread over the part
   * @param warmUp seconds of requests, for each model, that don't count
   * @param seconds least time of requests that count, for each model
   * @param leastRounds rounds that count at least
   * @param mostRounds rounds that count at most
   */
  public record Schedule(
      int candidates, int users, double warmUp, double seconds, int leastRounds, int mostRounds) {
    /** Checks the numbers. */
    public Schedule {
      if (candidates < 1 || users < 1 || leastRounds < 1 || mostRounds < leastRounds) {
        throw new IllegalArgumentException(
            candidates + " candidates, " + users + " users, " + leastRounds + " rounds or more");
      }
    }
  }

  /**
   * One model's requests.
   *
   * @param candidates of each request
   * @param medianMilliseconds CPU time
   * @param p99Milliseconds CPU time that one request in a hundred exceeded
   * @param rounds requests measured
   * @param history median number of behaviors that a request's user had, of those the model looks
   *     at
   */
  public record Cost(
      int candidates,
      double medianMilliseconds,
      double p99Milliseconds,
      int rounds,
      double history) {}

  /** Microseconds a candidate of a model measured alone; NaN for no samples. */
  static double microseconds(Dataset dataset, Samples samples, ScoringModel model) {
    if (samples.size() == 0) {
      return Double.NaN;
    }
    Cost cost = measure(dataset, samples, List.of(model), ALONE, Progress.NONE).getFirst();
    return cost.medianMilliseconds() * 1e3 / cost.candidates();
  }

  /**
   * Measures models in turn, on this thread.
   *
   * @param samples where users, contexts and candidates come from, at least one
   * @return a cost for each model, in their order
   */
  public static List<Cost> measure(
      Dataset dataset,
      Samples samples,
      List<ScoringModel> models,
      Schedule schedule,
      Progress progress) {
    return new CandidateTiming(samples, schedule).run(dataset, models, progress);
  }

  private List<Cost> run(Dataset dataset, List<ScoringModel> models, Progress progress) {
    List<Requests> all = new ArrayList<>();
    for (ScoringModel model : models) {
      all.add(new Requests(dataset, model));
    }
    int rounds = 0;
    try (Progress.Task task = progress.begin("Timing requests", schedule.leastRounds(), "rounds")) {
      double spent = 0;
      for (int round = 0; spent < schedule.warmUp() * models.size(); round++) {
        spent += round(all, round);
      }
      spent = 0;
      while (rounds < schedule.mostRounds()
          && (rounds < schedule.leastRounds() || spent < schedule.seconds() * models.size())) {
        spent += round(all, rounds);
        all.forEach(Requests::keep);
        rounds++;
        task.advance(rounds <= schedule.leastRounds() ? 1 : 0);
      }
    }
    List<Cost> costs = new ArrayList<>();
    for (Requests requests : all) {
      costs.add(requests.cost(rounds));
    }
    return costs;
  }

  /** One request to each model; the seconds they took. */
  private double round(List<Requests> all, int round) {
    int sample = spread(round % schedule.users(), schedule.users());
    double seconds = 0;
    for (Requests requests : all) {
      seconds += requests.serve(sample);
    }
    return seconds;
  }

  /** The i-th of {@code count} samples spread evenly. */
  private int spread(int i, int count) {
    return (int) ((long) i * samples.size() / count);
  }

  /** The requests to one model. */
  private final class Requests {
    private final Dataset dataset;
    private final ScoringModel model;
    private final SampleScorer histories;
    private final float[] userContext;
    private final float[] logits = new float[candidates.length];
    private final long longest;
    private double[] milliseconds = new double[schedule.leastRounds()];
    private double[] lengths = new double[schedule.leastRounds()];
    private int kept;
    private double last;
    private double lastLength;

    Requests(Dataset dataset, ScoringModel model) {
      this.dataset = dataset;
      this.model = model;
      histories = new SampleScorer(dataset, samples, model);
      userContext = new float[model.userContext().width()];
      ModelSpec spec = model.model().spec();
      longest =
          model.newLongSequence() == null ? spec.recentLength() : SampleScorer.longestHistory(spec);
    }

    double serve(int sample) {
      CandidateScorer scorer = histories.takeHistory(sample);
      model.userContext().user(dataset.userFeatures(), samples.user(sample), userContext, 0);
      model.userContext().context(samples, sample, userContext, 0);
      long start = now();
      scorer.score(userContext, true, candidates, 0, candidates.length, logits, 0);
      last = (now() - start) / 1e6;
      lastLength = Math.min(longest, samples.historyEnd(sample));
      return last / 1e3;
    }

    void keep() {
      if (kept == milliseconds.length) {
        milliseconds = Arrays.copyOf(milliseconds, kept * 2);
        lengths = Arrays.copyOf(lengths, kept * 2);
      }
      milliseconds[kept] = last;
      lengths[kept++] = lastLength;
    }

    Cost cost(int rounds) {
      Arrays.sort(milliseconds, 0, kept);
      Arrays.sort(lengths, 0, kept);
      return new Cost(
          candidates.length,
          milliseconds[kept / 2],
          milliseconds[Math.ceilDiv(99 * kept, 100) - 1],
          rounds,
          lengths[kept / 2]);
    }
  }

  /** CPU time of this thread, so that a busy machine does not count; else the clock on the wall. */
  private static long now() {
    return CLOCK.isCurrentThreadCpuTimeSupported()
        ? CLOCK.getCurrentThreadCpuTime()
        : System.nanoTime();
  }
}
