package io.encodectr.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * A Python that has PyTorch.
 *
 * @param executable its name or path
 * @param script the peer
 * @param environment of its processes: with LibTorch's OpenBLAS, since Debian's PyTorch comes with
 *     the reference BLAS, which is many times slower
 */
record Python(String executable, Path script, Map<String, String> environment) {
  private static final Path SCRIPT = Path.of("src", "main", "python", "training_peer.py");

  /**
   * Looks for {@code python3} with PyTorch on the path and in {@code /usr/bin}.
   *
   * @param module the folder of this module
   */
  static Optional<Python> find(Path module) throws IOException {
    Path script = module.resolve(SCRIPT);
    for (String executable : List.of("python3", "/usr/bin/python3")) {
      if (Files.exists(script) && works(executable)) {
        return Optional.of(new Python(executable, script, blas()));
      }
    }
    return Optional.empty();
  }

  private static boolean works(String executable) throws IOException {
    try {
      return new ProcessBuilder(executable, "-c", "import torch, numpy")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (IOException notThere) {
      return false;
    }
  }

  private static Map<String, String> blas() {
    Path library = Path.of(Loader.load(openblas_nolapack.class)).resolveSibling("libopenblas.so.0");
    return Files.exists(library) ? Map.of("LD_PRELOAD", library.toString()) : Map.of();
  }
}
