package io.encodectr.behavior.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.behavior.EventLog;
import io.encodectr.behavior.EventLogContract;
import io.encodectr.file.InputException;
import io.encodectr.generation.EventSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A log in a folder is one, and can be copied while it is written. */
class FolderEventLogTest extends EventLogContract {
  @Override
  protected EventLog opened() throws IOException {
    return FolderEventLog.open(folder.resolve("events"), options);
  }

  @Override
  protected void awaitUpkeep() {
    ((FolderEventLog) log).awaitUpkeep();
  }

  @Test
  void aCheckpointIsALogOfItsOwn() throws IOException {
    append("1", "u", "a", NOW);
    Path copy = folder.resolve("copy");
    assertThat(log.checkpoint(copy)).isEqualTo(1);
    append("2", "u", "b", NOW);
    log.forget("u", clock.millis());
    assertThatThrownBy(() -> log.checkpoint(copy))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("exists");
    assertThatThrownBy(() -> log.checkpoint(folder.resolve("no/where")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("create it first");
    try (EventLog other = FolderEventLog.openExisting(copy)) {
      assertThat(other.identity()).isEqualTo(log.identity());
      assertThat(other.lastArrival()).isEqualTo(1);
      assertThat(since(other, "u", OLD).items()).containsExactly("a");
    }
  }

  /** Every checkpoint taken while threads write holds all events up to its last, and no gap. */
  @Test
  void checkpointsWhileWritingAreWhole() throws Exception {
    int threads = 4;
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        String user = "u" + t;
        done.add(
            pool.submit(() -> {
              for (int i = 0; i < 150; i++) {
                log.append(List.of(event(null, user, "x".repeat(900), NOW - 500 + i)));
              }
              return null;
            }));
      }
      for (int round = 0; round < 8; round++) {
        Path copy = folder.resolve("copy" + round);
        long surely = log.checkpoint(copy);
        try (EventLog other = FolderEventLog.openExisting(copy);
            EventSource snapshot = other.snapshot()) {
          long[] count = {0};
          snapshot.read((user, item, time, received) -> count[0]++);
          assertThat(snapshot.through()).isGreaterThanOrEqualTo(surely);
          assertThat(count[0]).isEqualTo(snapshot.through());
        }
      }
      for (Future<?> future : done) {
        future.get();
      }
    }
    assertThat(count()).isEqualTo(600);
  }

  @Test
  void oneProcessAtATime() {
    assertThatThrownBy(() -> FolderEventLog.open(folder.resolve("events")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("in use")
        .hasMessageContaining("--events");
  }

  @Test
  void otherFoldersAreLeftAlone() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    assertThatThrownBy(() -> FolderEventLog.openExisting(other)).isInstanceOf(InputException.class);
    Files.writeString(other.resolve("thesis.txt"), "x");
    assertThatThrownBy(() -> FolderEventLog.open(other))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("something else");
  }
}
