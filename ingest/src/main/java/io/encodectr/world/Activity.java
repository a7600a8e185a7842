package io.encodectr.world;

import io.encodectr.file.InputException;
import io.encodectr.world.RandomStream.Purpose;

/**
 * How much each user does: behaviors before the sample period and page views in it, with totals
 * that give exactly the rows asked for.
 *
 * <p>History lengths are log-normal, {@code H = clip(round(median · e^{σz}), 1, max)} with z ~
 * N(0,1) and σ = {@value #SIGMA}; one user in a hundred is new (H = 0). Page views grow with the
 * square root of the history, at least one a user. Immutable; thread-safe.
 */
final class Activity {
  /** Standard deviation of the logarithm of the history length. */
  static final double SIGMA = 1.0;

  private static final double NEW_USERS = 0.01;
  private static final double MEAN_CANDIDATES =
      (WorldSpec.MIN_CANDIDATES + WorldSpec.MAX_CANDIDATES) / 2.0;
  private static final double LONGEST = 5;

  private final int[] histories;
  private final int[] pageViews;
  private final long[] firstPageView;
  private final double median;

  private Activity(int[] histories, int[] pageViews, double median) {
    this.histories = histories;
    this.pageViews = pageViews;
    this.median = median;
    this.firstPageView = new long[pageViews.length + 1];
    for (int user = 0; user < pageViews.length; user++) {
      firstPageView[user + 1] = firstPageView[user] + pageViews[user];
    }
  }

  /**
   * Plans a world.
   *
   * @throws InputException if the rows do not leave room for one page view a user
   */
  static Activity plan(WorldSpec spec) {
    int users = spec.users();
    float[] z = activities(spec.seed(), users);
    boolean fitted = spec.historyMedian() == 0;
    double median =
        fitted
            ? fit(z, spec.historyMax(), Math.round(spec.rows() * WorldSpec.HISTORY_SHARE))
            : spec.historyMedian();
    int[] pageViews = pageViews(spec, z, median);
    long candidates = candidates(spec.seed(), pageViews);
    long behaviors = spec.rows() - candidates;
    if (fitted) {
      median = fit(z, spec.historyMax(), behaviors);
    }
    int[] histories = new int[users];
    for (int user = 0; user < users; user++) {
      histories[user] = history(z[user], median, spec.historyMax());
    }
    settle(histories, behaviors, spec);
    return new Activity(histories, pageViews, median);
  }

  /** How active each user is, as a normal deviate; new users are not at all. */
  private static float[] activities(long seed, int users) {
    float[] z = new float[users];
    for (int user = 0; user < users; user++) {
      RandomStream random = new RandomStream(seed, Purpose.ACTIVITY, user);
      boolean isNew = random.chance(NEW_USERS);
      z[user] = isNew ? Float.NEGATIVE_INFINITY : (float) random.gaussian();
    }
    return z;
  }

  /** Rows that leave room for page views beside histories of that median. */
  static long leastRows(long seed, int users, double median, int max) {
    long behaviors = 0;
    for (float value : activities(seed, users)) {
      behaviors += history(value, median, max);
    }
    return leastRows(behaviors, users);
  }

  private static long leastRows(long behaviors, int users) {
    return behaviors + (long) (2 * MEAN_CANDIDATES * users);
  }

  /** The mean history length of a world with that median. */
  static double meanHistory(double median, int max) {
    int steps = 400;
    double sum = 0;
    double mass = 0;
    for (int i = 0; i <= steps; i++) {
      double z = -LONGEST + 2 * LONGEST * i / steps;
      double density = StrictMath.exp(-z * z / 2);
      sum += density * history((float) z, median, max);
      mass += density;
    }
    return sum / mass * (1 - NEW_USERS);
  }

  private static int history(float z, double median, int max) {
    if (z == Float.NEGATIVE_INFINITY) {
      return 0;
    }
    return Math.clamp(Math.round(median * StrictMath.exp(SIGMA * z)), 1, max);
  }

  /** The median with which the users have so many behaviors, as nearly as it goes. */
  private static double fit(float[] z, int max, long behaviors) {
    double low = 0;
    double high = max;
    for (int step = 0; step < 40; step++) {
      double middle = (low + high) / 2;
      long sum = 0;
      for (float value : z) {
        sum += history(value, middle, max);
      }
      if (sum < behaviors) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  private static int[] pageViews(WorldSpec spec, float[] z, double median) {
    long behaviors = 0;
    double roots = 0;
    for (float value : z) {
      int history = history(value, median, spec.historyMax());
      behaviors += history;
      roots += StrictMath.sqrt(history + 1.0);
    }
    double wanted = (spec.rows() - behaviors) / MEAN_CANDIDATES;
    if (wanted < z.length) {
      throw new InputException(
          "--rows "
              + spec.rows()
              + " leaves no page view for each of "
              + z.length
              + " users beside "
              + behaviors
              + " behaviors of history: raise --rows to at least "
              + leastRows(behaviors, z.length)
              + " or lower --history-median ("
              + Math.round(median)
              + ")");
    }
    int[] pageViews = new int[z.length];
    for (int user = 0; user < z.length; user++) {
      RandomStream random = new RandomStream(~spec.seed(), Purpose.ACTIVITY, user);
      int history = history(z[user], median, spec.historyMax());
      double mean = (wanted - z.length) * StrictMath.sqrt(history + 1.0) / roots;
      pageViews[user] = 1 + (int) StrictMath.floor(mean + random.uniform());
    }
    return pageViews;
  }

  /** Candidates of all page views; {@link #candidates(long, long)} says how many each has. */
  private static long candidates(long seed, int[] pageViews) {
    long pageView = 0;
    long sum = 0;
    for (int count : pageViews) {
      for (int i = 0; i < count; i++) {
        sum += candidates(seed, pageView++);
      }
    }
    return sum;
  }

  /** Number of candidates of a page view, 8 to 20. */
  static int candidates(long seed, long pageView) {
    return new RandomStream(seed ^ 0x5DEECE66DL, Purpose.ACTIVITY, pageView)
        .between(WorldSpec.MIN_CANDIDATES, WorldSpec.MAX_CANDIDATES);
  }

  /** Gives or takes single behaviors in turn until the total is the one wanted. */
  private static void settle(int[] histories, long behaviors, WorldSpec spec) {
    long missing = behaviors;
    for (int history : histories) {
      missing -= history;
    }
    while (missing != 0) {
      long before = missing;
      int step = missing > 0 ? 1 : -1;
      for (int user = 0; user < histories.length && missing != 0; user++) {
        int changed = histories[user] + step;
        if (histories[user] > 0 && changed >= 1 && changed <= spec.historyMax()) {
          histories[user] = changed;
          missing -= step;
        }
      }
      if (missing == before) {
        throw new InputException(
            "--rows "
                + spec.rows()
                + " cannot be reached with --users "
                + spec.users()
                + " and --history-max "
                + spec.historyMax()
                + ": change one of them by a few per cent");
      }
    }
  }

  /** Behaviors of the user before the sample period. */
  int history(int user) {
    return histories[user];
  }

  /** Page views of the user in the sample period. */
  int pageViews(int user) {
    return pageViews[user];
  }

  /** Number of the user's first page view, counted over all users. */
  long firstPageView(int user) {
    return firstPageView[user];
  }

  long pageViews() {
    return firstPageView[pageViews.length];
  }

  /** The median of the log-normal, as given or as fitted. */
  double median() {
    return median;
  }
}
