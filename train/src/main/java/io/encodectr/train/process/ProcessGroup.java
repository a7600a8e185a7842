package io.encodectr.train.process;

import java.util.List;

/**
 * The processes that train one model together, as one of them sees it. Every process makes the same
 * calls in the same order; a call returns once all have made theirs. Not thread-safe.
 *
 * <p>All calls but {@link #close} throw {@link LostProcessException} if another process ended or
 * does not answer in time. The group is of no use afterwards.
 */
public interface ProcessGroup extends AutoCloseable {
  /** One process that trains by itself: every sum is its own. */
  ProcessGroup ALONE = new SingleProcess();

  /**
   * Leading values of an array that are to be summed.
   *
   * @param count how many
   */
  record Part(float[] values, int count) {
    /** All of an array. */
    public static Part of(float[] values) {
      return new Part(values, values.length);
    }
  }

  /** This process's number, 0 to {@link #size} − 1. Process 0 writes what is to be kept. */
  int rank();

  /** Number of processes. */
  int size();

  /** Replaces values by their sums over all processes, the same bits in each. */
  void sum(double[] values);

  /** Replaces the parts' values by their sums over all processes, the same bits in each. */
  void sum(List<Part> parts);

  /** Replaces values by those of process 0. */
  void copyFirst(float[] values);

  /** The bytes that process 0 gave. What the others give is not looked at. */
  byte[] copyFirst(byte[] bytes);

  /** What the exchange has cost this process so far. */
  ExchangeCost cost();

  @Override
  void close();
}
