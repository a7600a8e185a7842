package io.encodectr.kernel;

/** Reads {@code -Dencode.kernels} and asks the machine which twin it can run. */
final class KernelChoice {
  private static final String PROPERTY = "encode.kernels";

  private KernelChoice() {}

  static boolean vector() {
    String wanted = System.getProperty(PROPERTY, "auto");
    return switch (wanted) {
      case "scalar" -> false;
      case "auto" -> available();
      case "vector" -> {
        if (!available()) {
          throw new IllegalStateException(
              "-D"
                  + PROPERTY
                  + "=vector, but this JVM has no native 256-bit float vectors: start it"
                  + " with --add-modules jdk.incubator.vector on a CPU with AVX2, or use"
                  + " -D"
                  + PROPERTY
                  + "=scalar");
        }
        yield true;
      }
      default ->
          throw new IllegalStateException(
              "-D" + PROPERTY + "=" + wanted + " is none of auto, scalar, vector");
    };
  }

  private static boolean available() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() && Lanes.native256();
  }
}
