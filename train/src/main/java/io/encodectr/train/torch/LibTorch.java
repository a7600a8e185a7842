package io.encodectr.train.torch;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/** Sets LibTorch up, once a process, before any tensor is made. */
final class LibTorch {
  private static final String LOGGER = "org.bytedeco.javacpp.logger";
  private static final String MOST_BYTES = "org.bytedeco.javacpp.maxphysicalbytes";

  static {
    // Goes to the log, not to stdout, where --json promises one object.
    setIfAbsent(LOGGER, "slf4j");
    // A leak of tensors then ends in an error, not in the machine's swap. Less than the machine's
    // memory would be wrong: resident pages of memory-mapped datasets count too.
    setIfAbsent(MOST_BYTES, Long.toString(physicalMemory()));
    // Shards are the parallelism. LibTorch's and OpenBLAS's own threads would fight them, and would
    // let sums depend on the number of cores.
    torch.set_num_threads(1);
    Loader.load(openblas_nolapack.class);
    org.bytedeco.openblas.presets.openblas_nolapack.blas_set_num_threads(1);
  }

  private LibTorch() {}

  /** Makes sure that LibTorch is set up. */
  static void start() {
    // The class initializer has done it.
  }

  private static long physicalMemory() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
