package io.encodectr.evaluation;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import io.encodectr.scoring.CandidateScorer;
import io.encodectr.scoring.ScoringModel;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * What a candidate costs online: CPU time, the median over requests of {@value #REQUEST} candidates
 * on one thread. The user's history (or interests) is at hand, as in a service that reads it from a
 * store; what counts is recent and long attention and the tower.
 */
public final class CandidateTiming {
  /** Candidates in a request. */
  public static final int REQUEST = 1000;

  private static final int USERS = 32;
  private static final int MAX_REQUESTS = 2000;
  private static final long WARM_UP = 500_000_000L;
  private static final long MEASURED = 500_000_000L;
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  private CandidateTiming() {}

  /** Microseconds a candidate; NaN for no samples. */
  static double measure(Dataset dataset, Samples samples, ScoringModel model) {
    if (samples.size() == 0) {
      return Double.NaN;
    }
    SampleScorer histories = new SampleScorer(dataset, samples, model);
    int[] candidates = new int[REQUEST];
    for (int i = 0; i < REQUEST; i++) {
      candidates[i] = samples.target((int) ((long) i * samples.size() / REQUEST));
    }
    float[] logits = new float[REQUEST];
    float[] userContext = new float[model.userContext().width()];
    double[] times = new double[MAX_REQUESTS];
    int measured = 0;
    long begun = now();
    for (int request = 0; measured < MAX_REQUESTS; request++) {
      int sample = (int) ((long) (request % USERS) * samples.size() / USERS);
      CandidateScorer scorer = histories.takeHistory(sample);
      model.userContext().user(dataset.userFeatures(), samples.user(sample), userContext, 0);
      model.userContext().context(samples, sample, userContext, 0);
      long start = now();
      scorer.score(userContext, true, candidates, 0, REQUEST, logits, 0);
      long end = now();
      if (start - begun > WARM_UP) {
        times[measured++] = (end - start) / 1e3 / REQUEST;
        if (end - begun > WARM_UP + MEASURED && measured >= USERS) {
          break;
        }
      }
    }
    Arrays.sort(times, 0, measured);
    return times[measured / 2];
  }

  /** CPU time of this thread, so that a busy machine does not count; else the clock on the wall. */
  private static long now() {
    return CLOCK.isCurrentThreadCpuTimeSupported()
        ? CLOCK.getCurrentThreadCpuTime()
        : System.nanoTime();
  }
}
