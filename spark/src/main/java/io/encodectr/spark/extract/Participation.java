package io.encodectr.spark.extract;

import io.encodectr.dataset.Dataset;
import io.encodectr.generation.ExtractionJob;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An executor's part in the extraction at hand: dataset and model are opened once a process, and
 * the last ones stay open. Thread-safe.
 */
final class Participation {
  private static @Nullable Participation latest;

  private final Shared shared;
  private final ExtractionJob.Participant participant;

  @SuppressWarnings("MustBeClosedChecker") // Open as long as the process.
  private Participation(Shared shared) throws IOException {
    this.shared = shared;
    participant = shared.job(Dataset.open(Path.of(shared.data()))).join();
  }

  /** Takes part; every task of a process gets the same. */
  static synchronized ExtractionJob.Participant of(Shared shared) throws IOException {
    Participation open = latest;
    if (open == null || !open.shared.equals(shared)) {
      open = new Participation(shared);
      latest = open;
    }
    return open.participant;
  }
}
