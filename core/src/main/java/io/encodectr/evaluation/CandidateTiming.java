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
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What a request costs online: CPU time on one thread to score a number of candidates for one user.
 * What counts is recent and long attention, retrieval for each candidate included, and the tower.
 * Whatever depends on the user alone is made before the clock starts, for every method: reading the
 * history and, for the recent part and DIN-L, sorting it; AvgPooling's mean, the indexes of SIM and
 * UBR4CTR, the history's hashes or projections of ETA and its kin, TWIN's keys and values, SDIM's
 * buckets, MIMN's memory, ENCODE's interests.
 *
 * <p>Several models are measured in turn: each round is one request to each of them, for the same
 * user and the same candidates. So a machine that grows slower or hotter meets all of them alike.
 * Each round has another order, drawn from a fixed seed, so that none always follows the same one.
 */
public final class CandidateTiming {
  /** Candidates of a request where one model is measured alone. */
  public static final int REQUEST = 1000;

  private static final Schedule ALONE = new Schedule(REQUEST, 32, 0.5, 0.5, 32, 2000);
  private static final long ORDER_SEED = 0x7475726e73L;
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
   * @param warmUp seconds of requests, for each model, that don't count; at least one round where
   *     it is not 0
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
      List<Requests> turns = new ArrayList<>(all);
      Random order = new Random(ORDER_SEED);
      double spent = 0;
      for (int round = 0; spent < schedule.warmUp() * models.size(); round++) {
        Collections.shuffle(turns, order);
        spent += round(turns, round);
      }
      spent = 0;
      while (rounds < schedule.mostRounds()
          && (rounds < schedule.leastRounds() || spent < schedule.seconds() * models.size())) {
        Collections.shuffle(turns, order);
        spent += round(turns, rounds);
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
  private double round(List<Requests> turns, int round) {
    int sample = spread(round % schedule.users(), schedule.users());
    double seconds = 0;
    for (Requests requests : turns) {
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
