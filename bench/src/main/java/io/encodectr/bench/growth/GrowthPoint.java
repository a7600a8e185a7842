package io.encodectr.bench.growth;

import java.util.ArrayList;
import java.util.List;

/**
 * A world and options to measure the verbs on.
 *
 * @param axis users, history, clusters or threads: what differs from the axis' other points
 * @param x its value
 * @param rows of the world's log, 0 for as many as users and histories bring
 * @param samplePart part of the sample period, its last, whose rows are samples
 * @param historyMedian behaviors before the sample period
 * @param historyMax at most so many
 * @param clusters K
 */
record GrowthPoint(
    String axis,
    long x,
    int users,
    long rows,
    double samplePart,
    int historyMedian,
    int historyMax,
    int clusters,
    int threads) {
  private static final int ITEMS = 20_000;
  private static final int CLUSTERS = 30;

  /** All points; the longest go to 10⁶ users and 10⁴ behaviors. */
  static List<GrowthPoint> all(boolean quick, int threads) {
    List<GrowthPoint> points = new ArrayList<>();
    for (int users : quick ? new int[] {200, 400} : new int[] {1_000, 10_000, 100_000, 1_000_000}) {
      points.add(
          new GrowthPoint("users", users, users, 36L * users, 0.125, 6, 1_000, CLUSTERS, threads));
    }
    int few = quick ? 100 : 2_000;
    for (int length : quick ? new int[] {50, 200} : new int[] {50, 200, 1_000, 3_000, 10_000}) {
      points.add(new GrowthPoint("history", length, few, 0, 1, length, length, CLUSTERS, threads));
    }
    for (int clusters : quick ? new int[] {10, 30} : new int[] {10, 30, 100, 300}) {
      points.add(new GrowthPoint("clusters", clusters, few, 0, 1, 1_000, 1_000, clusters, threads));
    }
    for (int t = 1; t <= Math.max(2, Runtime.getRuntime().availableProcessors()); t *= 2) {
      points.add(new GrowthPoint("threads", t, 5 * few, 0, 1, 300, 1_500, CLUSTERS, t));
    }
    return points;
  }

  /** Arguments of {@code encode generate}. */
  List<String> world() {
    List<String> arguments = new ArrayList<>();
    add(arguments, "--users", users);
    add(arguments, "--items", ITEMS);
    add(arguments, "--history-median", historyMedian);
    add(arguments, "--history-max", historyMax);
    if (rows > 0) {
      add(arguments, "--rows", rows);
    }
    add(arguments, "--seed", 1);
    return arguments;
  }

  private static void add(List<String> arguments, String option, long value) {
    arguments.add(option);
    arguments.add(Long.toString(value));
  }
}
