package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.progress.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TerminalProgressTest {
  private static String drawn(long total) {
    var drawn = new ByteArrayOutputStream();
    PrintStream err = System.err;
    System.setErr(new PrintStream(drawn, true, StandardCharsets.UTF_8));
    try (Progress.Task task = new TerminalProgress(120).begin("Clustering", total, "users")) {
      task.advance(30);
      task.note("loss 0.6");
      task.advance(12);
    } finally {
      System.setErr(err);
    }
    return drawn.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theBarEndsWithWhatWasDone() {
    assertThat(drawn(42)).contains("Clustering", "42/42 users", "100%", "loss 0.6").endsWith("\n");
    assertThat(drawn(Progress.UNKNOWN)).contains("Clustering", "42");
  }
}
