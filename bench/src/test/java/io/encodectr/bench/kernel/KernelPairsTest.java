package io.encodectr.bench.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Holds that every kernel is measured. */
class KernelPairsTest {
  @Test
  void everyKernelThatHasTwinsHasABenchmarkOfItsName() {
    assertThat(KernelPairs.measured()).isEqualTo(KernelPairs.kernels());
    assertThat(KernelPairs.kernels())
        .contains("Kernels.assign", "Layers.multiplyActive", "ByteLayer.multiply");
  }
}
