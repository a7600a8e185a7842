package io.encodectr.spark.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a folder into which attempts still write that nobody waits for. */
class SharedFolderTest {
  @TempDir private Path root;

  @Test
  void isRemovedThoughALateAttemptStillWrites() throws Exception {
    Path work = Files.createDirectories(root.resolve("work"));
    SharedFolder folder = SharedFolder.create(work.resolve(".scratch"));
    for (int i = 0; i < 2_000; i++) {
      Files.writeString(Path.of(folder.path(), "part-" + i), "x");
    }
    AtomicBoolean ended = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(1);
    Thread attempt =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              for (int i = 0; !ended.get(); i++) {
                write(Path.of(folder.path(), "late-" + i));
                begun.countDown();
              }
            });
    try {
      begun.await();
      folder.remove();
      assertThat(work).isEmptyDirectory();
      assertThat(root).isDirectoryNotContaining(entry -> !entry.equals(work));
    } finally {
      ended.set(true);
      attempt.join();
    }
  }

  private static void write(Path file) {
    try {
      Files.writeString(file, "late");
    } catch (IOException e) {
      // The folder is gone: that is how a late attempt ends.
    }
  }
}
