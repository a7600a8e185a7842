package io.encodectr.load;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** What this process, and the machine as a whole, spend from one moment to another. */
final class ClientCost {
  /**
   * What was spent.
   *
   * @param cores processor cores that this process kept busy, on average
   * @param machineShare busy share of the machine's processors, 0..1; null where nobody tells
   * @param collectionMs time taken by garbage collections
   */
  record Spent(double cores, @Nullable Double machineShare, double collectionMs) {}

  private final com.sun.management.@Nullable OperatingSystemMXBean system;
  private final long start = System.nanoTime();
  private final long cpu;
  private final long collection = collectionMs();

  /** Begins now. */
  ClientCost() {
    system =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean known
            ? known
            : null;
    if (system == null) {
      cpu = 0;
    } else {
      cpu = system.getProcessCpuTime();
      system.getCpuLoad(); // Tells of the time since it was last asked, from now on.
    }
  }

  /** What was spent since the beginning. */
  Spent until() {
    double seconds = Math.max(1, System.nanoTime() - start) * 1e-9;
    double collected = collectionMs() - collection;
    if (system == null) {
      return new Spent(0, null, collected);
    }
    double machine = system.getCpuLoad();
    return new Spent(
        (system.getProcessCpuTime() - cpu) * 1e-9 / seconds,
        machine < 0 || Double.isNaN(machine) ? null : machine,
        collected);
  }

  private static long collectionMs() {
    long sum = 0;
    for (GarbageCollectorMXBean one : ManagementFactory.getGarbageCollectorMXBeans()) {
      sum += Math.max(0, one.getCollectionTime());
    }
    return sum;
  }
}
