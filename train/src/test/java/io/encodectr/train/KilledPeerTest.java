package io.encodectr.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.dataset.Dataset;
import io.encodectr.progress.Progress;
import io.encodectr.train.process.LostProcessException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Training by processes of this machine, of which one is killed with SIGKILL. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
public class KilledPeerTest {
  private static final int EPOCHS_OF_HOURS = 100_000;

  @TempDir Path temporary;

  private Path data;

  @BeforeEach
  void world() throws IOException {
    data =
        TestWorld.write(
            temporary.resolve("data"), 200, 300, 120, 20, true, TestWorld.Labels.TASTE, 77);
  }

  private static TrainResult train(Path data, Path out, int epochs) throws IOException {
    TrainOptions options =
        TrainOptions.defaults("encode")
            .with(Map.of("epochs", epochs, "batch_size", 256, "validation_share", 0));
    RunOptions run = new RunOptions(2, 3, false);
    try (Dataset dataset = Dataset.open(data)) {
      return JointTraining.onThisMachine(
          dataset, options, run, out, Progress.NONE, 2, Duration.ofMinutes(2));
    }
  }

  /** The process whose peer looks on: {@code data out}. */
  public static void main(String[] args) throws IOException {
    train(Path.of(args[0]), Path.of(args[1]), EPOCHS_OF_HOURS);
  }

  @Test
  void trainsTheSameTwice() throws IOException {
    TrainResult result = train(data, temporary.resolve("one"), 2);
    assertThat(result.asMap()).containsEntry("processes", 2);
    train(data, temporary.resolve("two"), 2);
    for (String file : List.of("weights.safetensors", "model.json")) {
      assertThat(temporary.resolve("one").resolve(file))
          .hasSameBinaryContentAs(temporary.resolve("two").resolve(file));
    }
  }

  @Test
  void theFirstSaysWhichProcessWasLost() throws Exception {
    Path out = temporary.resolve("out");
    FutureTask<TrainResult> training = new FutureTask<>(() -> train(data, out, EPOCHS_OF_HOURS));
    Thread.ofPlatform().daemon().start(training);
    ProcessHandle peer = peerOf(ProcessHandle.current());
    awaitCheckpoint();
    peer.destroyForcibly();
    assertThatThrownBy(training::get)
        .cause()
        .isInstanceOf(LostProcessException.class)
        .hasMessageContaining("training process 1 (of 0 to 1) ended with code 137")
        .hasMessageContaining("goes on from the last checkpoint");
    assertThat(out).doesNotExist();
  }

  @Test
  void theOthersEndWithTheFirst() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            KilledPeerTest.class.getName(),
            data.toString(),
            temporary.resolve("out").toString()));
    Process first =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(temporary.resolve("log.txt").toFile())
            .start();
    try {
      ProcessHandle peer = peerOf(first.toHandle());
      awaitCheckpoint();
      first.destroyForcibly();
      peer.onExit().get();
    } finally {
      // Its peer then ends by itself.
      first.destroyForcibly().waitFor();
    }
    assertThat(temporary.resolve("out")).doesNotExist();
  }

  private static ProcessHandle peerOf(ProcessHandle first) throws InterruptedException {
    while (true) {
      List<ProcessHandle> children = first.children().filter(ProcessHandle::isAlive).toList();
      if (!children.isEmpty()) {
        return children.getFirst();
      }
      assertThat(first.isAlive()).isTrue();
      Thread.sleep(20);
    }
  }

  /** Waits until the processes have learned together. */
  private void awaitCheckpoint() throws InterruptedException {
    Path folder = temporary.resolve("out.checkpoint");
    String[] names = folder.toFile().list();
    while (names == null || List.of(names).stream().noneMatch(name -> name.startsWith("step-"))) {
      Thread.sleep(20);
      names = folder.toFile().list();
    }
  }
}
