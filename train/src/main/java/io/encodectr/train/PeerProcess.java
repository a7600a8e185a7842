package io.encodectr.train;

import io.encodectr.dataset.Dataset;
import io.encodectr.file.Json;
import io.encodectr.progress.Progress;
import io.encodectr.train.process.ChildJvm;
import io.encodectr.train.torch.Rendezvous;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A further process of a training, started by {@link LocalProcesses}. */
final class PeerProcess {
  private PeerProcess() {}

  /** What it is to do. */
  record Request(
      String data,
      Map<String, Object> options,
      int threads,
      int checkpointEvery,
      String out,
      String place,
      int rank,
      int size,
      long limitSeconds) {}

  /** The entry; the argument is the request's file, whose folder is for temporary files too. */
  public static void main(String[] arguments) throws IOException {
    ChildJvm.endWithParent();
    Path file = Path.of(arguments[0]);
    Request request = Json.read(file, Request.class);
    System.setProperty("java.io.tmpdir", String.valueOf(file.toAbsolutePath().getParent()));
    String method = String.valueOf(request.options().get("method"));
    TrainOptions options = TrainOptions.defaults(method).with(request.options());
    Rendezvous rendezvous =
        new Rendezvous(
            request.place(),
            request.rank(),
            request.size(),
            Duration.ofSeconds(request.limitSeconds()));
    try (Dataset dataset = Dataset.open(Path.of(request.data()))) {
      JointTraining.asOneOf(
          dataset,
          options,
          new RunOptions(request.threads(), request.checkpointEvery(), false),
          Path.of(request.out()),
          Progress.NONE,
          rendezvous);
    }
  }
}
