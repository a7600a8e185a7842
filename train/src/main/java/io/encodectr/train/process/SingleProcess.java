package io.encodectr.train.process;

import java.util.List;

/** No other process: sums and copies are what they were. */
final class SingleProcess implements ProcessGroup {
  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int size() {
    return 1;
  }

  @Override
  public void sum(double[] values) {
    // One process's sum is its value.
  }

  @Override
  public void sum(List<Part> parts) {
    // One process's sum is its value.
  }

  @Override
  public void copyFirst(float[] values) {
    // It is the first.
  }

  @Override
  public byte[] copyFirst(byte[] bytes) {
    return bytes;
  }

  @Override
  public ExchangeCost cost() {
    return ExchangeCost.NONE;
  }

  @Override
  public void close() {
    // Holds nothing.
  }
}
