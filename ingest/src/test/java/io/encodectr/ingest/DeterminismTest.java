package io.encodectr.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeterminismTest {
  private static final int ROWS = 400_000;

  @TempDir private Path root;

  /** Enough rows that DuckDB works on several pieces at once, and many ties in time. */
  @Test
  void threadsAndMemoryChangeNoByte() throws IOException {
    LogFiles logs = new LogFiles(root);
    StringBuilder text = new StringBuilder("userId,movieId,rating,timestamp\n");
    Random random = new Random(7);
    for (int i = 0; i < ROWS; i++) {
      text.append(1 + random.nextInt(500)).append(',');
      text.append(1 + random.nextInt(2000)).append(',');
      text.append(1 + random.nextInt(5)).append(',');
      text.append(1_000_000_000 + random.nextInt(300)).append('\n');
      if (i % 1000 == 0) {
        text.append("bad,row\n");
      }
    }
    logs.write("ratings.csv", text.toString());
    logs.write("movies.csv", "movieId,title,genres\n1,One,Drama\n");
    Map<String, byte[]> expected = bytes(logs, 1, 4L << 30);
    for (int threads = 2; threads <= 4; threads++) {
      Map<String, byte[]> bytes = bytes(logs, threads, 512L << 20);
      assertThat(bytes.keySet()).isEqualTo(expected.keySet());
      for (Map.Entry<String, byte[]> file : expected.entrySet()) {
        assertThat(bytes.get(file.getKey())).as(file.getKey()).isEqualTo(file.getValue());
      }
    }
  }

  private static Map<String, byte[]> bytes(LogFiles logs, int threads, long memory)
      throws IOException {
    LogFiles.run(logs.options(LogFormat.MOVIELENS).withResources(memory, threads));
    return logs.bytes();
  }
}
