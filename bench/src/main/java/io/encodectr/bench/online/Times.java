package io.encodectr.bench.online;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/** How long each round took, in milliseconds: this thread's CPU time, and the clock on the wall. */
final class Times {
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  private final double[] cpu;
  private final double[] wall;
  private int rounds;

  Times(int capacity) {
    cpu = new double[capacity];
    wall = new double[capacity];
  }

  /** Runs and times. */
  void time(Runnable work) {
    long wallStart = System.nanoTime();
    long cpuStart = CLOCK.getCurrentThreadCpuTime();
    work.run();
    cpu[rounds] = (CLOCK.getCurrentThreadCpuTime() - cpuStart) / 1e6;
    wall[rounds++] = (System.nanoTime() - wallStart) / 1e6;
  }

  /** Forgets all rounds. */
  void reset() {
    rounds = 0;
  }

  /** CPU times, in the order of the rounds. */
  double[] cpu() {
    return Arrays.copyOf(cpu, rounds);
  }

  /** Times on the wall, in the order of the rounds. */
  double[] wall() {
    return Arrays.copyOf(wall, rounds);
  }

  /** The value that a share of the others is not above. */
  static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }

  static double median(double[] values) {
    return quantile(values, 0.5);
  }
}
