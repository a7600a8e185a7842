package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.progress.Progress;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoggedProgressTest {
  @Test
  void aLineTellsRateAndTimeLeft() {
    assertThat(LoggedProgress.underWay("Clustering", 3000, 12_000, "users", 10, "loss 0.6"))
        .isEqualTo("Clustering: 3,000 of 12,000 users (25%), 300 users/s, 30 s left, loss 0.6");
    assertThat(LoggedProgress.underWay("Reading", 50, Progress.UNKNOWN, "rows", 10, ""))
        .isEqualTo("Reading: 50 rows, 5.0 rows/s");
    assertThat(LoggedProgress.underWay("Sorting", 0, 100, "rows", 10, ""))
        .isEqualTo("Sorting: 0 of 100 rows (0%)");
    assertThat(LoggedProgress.underWay("Sorting", 0, 0, "rows", 10, ""))
        .isEqualTo("Sorting: 0 rows");
  }

  @Test
  void theLastLineTellsWhetherAllWasDone() {
    assertThat(LoggedProgress.ended("Training", 100, 100, "samples", 130, ""))
        .isEqualTo("Training: 100 samples in 2 min 10 s, 0.8 samples/s");
    assertThat(LoggedProgress.ended("Training", 40, 100, "samples", 4, ""))
        .isEqualTo("Training: 40 of 100 samples in 4.0 s, 10 samples/s");
    assertThat(LoggedProgress.ended("Training", 40, -1, "samples", 7260, ""))
        .startsWith("Training: 40 samples in 2 h 01 min");
  }

  @Test
  void tellsWhileTheWorkGoesOn() throws InterruptedException {
    var lines = new LinkedBlockingQueue<String>();
    try (var task =
        new LoggedProgress(Duration.ofMillis(5), lines::add).begin("Work", 10, "bits")) {
      task.advance(4);
      String line = lines.poll(1, TimeUnit.MINUTES);
      assertThat(line).startsWith("Work: 4 of 10 bits (40%)");
    }
  }
}
