package io.encodectr.bench.peers;

import io.encodectr.dataset.Dataset;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A peer in a JVM of its own, told on stdin what to do; see {@link PeerProcess}. Arguments: the
 * problem's folder, {@code kernels} or {@code libtorch}, samples of a block, threads.
 */
public final class PeerWorker {
  private PeerWorker() {}

  /** Answers until stdin ends. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    TrainingProblem problem = TrainingProblem.read(folder);
    int block = Integer.parseInt(args[2]);
    int threads = Integer.parseInt(args[3]);
    try (Dataset dataset = Dataset.open(folder.resolve(TrainingProblem.DATASET))) {
      Peer peer =
          args[1].equals("kernels")
              ? new KernelPeer(dataset, problem, threads)
              : new TorchPeer(folder, problem, block, threads);
      answer(peer);
    }
  }

  private static void answer(Peer peer) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println(peer.name());
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals("compare")) {
        for (double[] losses : peer.compare()) {
          System.out.printf(Locale.ROOT, "%.9g %.9g%n", losses[0], losses[1]);
        }
        System.out.println("done");
      } else {
        double[] seconds = peer.step(Integer.parseInt(line.substring("step ".length())));
        System.out.println(seconds[0] + " " + seconds[1]);
      }
      System.out.flush();
    }
  }
}
