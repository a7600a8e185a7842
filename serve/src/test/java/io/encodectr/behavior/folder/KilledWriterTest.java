package io.encodectr.behavior.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.behavior.Event;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a writing process at random moments: what it had said was stored is there, and of each
 * request all or nothing. The system property {@code encode.kills} tells how often.
 */
@Tag("slow")
class KilledWriterTest {
  private static final long SEED = Long.getLong("encode.test.seed", System.nanoTime());
  private static final int KILLS = Integer.getInteger("encode.kills", 4);
  private static final int THREADS = 8;
  private static final int TOGETHER = 3;

  @TempDir private Path folder;

  @Test
  void noAcknowledgedEventIsLost() throws Exception {
    Random random = new Random(SEED);
    Path log = folder.resolve("events");
    Set<String> acknowledged = new HashSet<>();
    long before = 0;
    for (int round = 0; round < KILLS; round++) {
      List<String> lines = killedRun(log, round, 20 + random.nextInt(1500));
      acknowledged.addAll(lines);
      Set<String> there = new HashSet<>();
      try (FolderEventLog opened = FolderEventLog.openExisting(log);
          EventSnapshot snapshot = opened.snapshot()) {
        snapshot.read((user, item, time, received) -> there.add(user + " " + item));
        requireWholeRequests(there);
        assertThat(snapshot.through()).isGreaterThanOrEqualTo(before);
        before = snapshot.through();
        // No number is given twice, and none is skipped but by a failed write.
        assertThat(there.size()).isEqualTo(before);
      }
      Set<String> lost = new HashSet<>(acknowledged);
      lost.removeAll(there);
      assertThat(lost)
          .as("kill %d of %d, seed %d, %d acknowledged", round, KILLS, SEED, lines.size())
          .isEmpty();
    }
    assertThat(acknowledged).hasSizeGreaterThan(KILLS);
    System.getLogger("killed writer")
        .log(
            System.Logger.Level.INFO,
            "{0} kills, {1} events acknowledged, {2} stored, none lost",
            KILLS,
            acknowledged.size(),
            before);
  }

  /** A request of which a part is stored would be a promise broken. */
  private static void requireWholeRequests(Set<String> there) {
    Map<String, Integer> counts = new HashMap<>();
    for (String event : there) {
      counts.merge(event.substring(0, event.lastIndexOf('-')), 1, Integer::sum);
    }
    assertThat(counts.values()).allMatch(count -> count == TOGETHER);
  }

  /** The events whose storing the process told before it died, "user item". */
  private static List<String> killedRun(Path log, int round, int acknowledgements)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                log.toString(),
                Integer.toString(round))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader out = process.inputReader()) {
      String line = out.readLine();
      while (line != null) {
        // A line that the kill cut off has no end mark and was not told.
        if (line.endsWith(".")) {
          lines.add(line.substring(0, line.length() - 1));
        }
        if (lines.size() == acknowledgements) {
          process.toHandle().destroyForcibly(); // Leaves its output to be read to the end.
        }
        line = out.readLine();
      }
    }
    int code = process.waitFor();
    assertThat(code).as("exit code of a killed process").isEqualTo(128 + 9);
    return lines;
  }

  /** The process that is killed: threads append and tell on stdout what was stored. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws Exception {
      int round = Integer.parseInt(args[1]);
      ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
      try (FolderEventLog log = FolderEventLog.open(Path.of(args[0]))) {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          String user = "user-" + t;
          threads.add(
              Thread.ofPlatform()
                  .start(() -> {
                    try {
                      for (int i = 0; i < 1_000_000; i++) {
                        List<Event> request = new ArrayList<>();
                        for (int n = 0; n < TOGETHER; n++) {
                          String item = round + "-" + i + "-" + n;
                          request.add(new Event(item, user, item, 1_700_000_000L, "view"));
                        }
                        log.append(request);
                        synchronized (System.out) {
                          for (Event each : request) {
                            System.out.println(user + " " + each.item() + ".");
                          }
                        }
                      }
                    } catch (IOException | RuntimeException e) {
                      failures.add(e);
                    }
                  }));
        }
        for (Thread thread : threads) {
          thread.join();
        }
      }
      System.exit(failures.isEmpty() ? 0 : 1);
    }
  }
}
