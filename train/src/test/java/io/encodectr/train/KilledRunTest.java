package io.encodectr.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.dataset.Dataset;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A training process that is killed with SIGKILL again and again ends with the same bytes. */
@Tag("slow")
public class KilledRunTest {
  private static final int KILLS = 6;

  @TempDir Path temporary;

  private static TrainOptions options() {
    return TrainOptions.defaults("encode")
        .with(Map.of("epochs", 4, "batch_size", 32, "learning_rate", 1e-3, "log_every", 10));
  }

  /** The process that is killed: {@code data out}. */
  public static void main(String[] args) throws IOException {
    try (Dataset dataset = Dataset.open(Path.of(args[0]))) {
      Trainer.train(
          dataset, options(), new RunOptions(2, 3, false), Path.of(args[1]), Progress.NONE);
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aKilledProcessGoesOnToTheSameBytes() throws Exception {
    Path data = temporary.resolve("data");
    TestWorld.write(data, 200, 300, 120, 20, true, TestWorld.Labels.TASTE, 77);
    Path whole = temporary.resolve("whole");
    main(new String[] {data.toString(), whole.toString()});
    Path cut = temporary.resolve("cut");
    Random random = new Random(1);
    int kills = 0;
    for (int run = 0; kills < KILLS; run++) {
      assertThat(run).as("runs that ended before they were killed").isLessThan(3 * KILLS);
      String before = newest();
      Process process = start(data, cut);
      // Killed some moments after it has got on, so that every run does.
      while (process.isAlive() && newest().equals(before)) {
        Thread.sleep(5);
      }
      Thread.sleep(random.nextInt(120));
      process.destroyForcibly().waitFor();
      if (Files.exists(cut)) {
        break;
      }
      kills++;
    }
    assertThat(kills).isPositive();
    if (!Files.exists(cut)) {
      assertThat(start(data, cut).waitFor()).isZero();
    }
    for (String file : List.of("weights.safetensors", "model.json")) {
      assertThat(cut.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }
    assertThat(temporary.resolve("cut.checkpoint")).doesNotExist();
  }

  /** Name of the newest checkpoint; empty if there is none. */
  private String newest() throws IOException {
    Path folder = temporary.resolve("cut.checkpoint");
    if (!Files.isDirectory(folder)) {
      return "";
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.startsWith("step-"))
          .max(String::compareTo)
          .orElse("");
    }
  }

  private Process start(Path data, Path out) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            KilledRunTest.class.getName(),
            data.toString(),
            out.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(temporary.resolve("log.txt").toFile())
        .start();
  }
}
