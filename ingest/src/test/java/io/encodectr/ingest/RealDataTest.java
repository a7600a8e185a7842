package io.encodectr.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import io.encodectr.log.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The public data beside the project, where it is: see {@code shared/data/README.md}. */
class RealDataTest {
  @TempDir private Path root;

  private static Path data(String name) {
    String told = System.getProperty("encode.data", System.getenv("ENCODE_DATA"));
    Path folder = told == null ? search() : Path.of(told);
    assumeThat(folder != null && Files.isDirectory(folder.resolve(name)))
        .as("SKIPPED: %s is not there; set ENCODE_DATA to the folder with %s", folder, name)
        .isTrue();
    return Objects.requireNonNull(folder).resolve(name);
  }

  private static Path search() {
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      if (Files.isDirectory(p.resolve("shared/data"))) {
        return p.resolve("shared/data");
      }
    }
    return null;
  }

  @Test
  void movieLens1M() throws IOException {
    LogFiles logs = new LogFiles(root);
    IngestOptions options =
        logs.options(LogFormat.MOVIELENS, data("ml-1m"))
            .withHistory(History.POSITIVES)
            .withSplit(975768889L, 0.7);
    try (Dataset dataset = LogFiles.open(options)) {
      assertThat(dataset.users()).isEqualTo(6038);
      assertThat(dataset.items()).isEqualTo(3883);
      assertThat(dataset.info().behaviors()).isEqualTo(463_020 + 112_261);
      assertThat(dataset.train().size()).isBetween(140_000, 140_100);
      assertThat(dataset.train().size() + dataset.test().size()).isBetween(200_000, 200_042);
      assertThat(dataset.info().rejected()).isZero();
      long history = history(dataset.train()) + history(dataset.test());
      double mean = history / (double) (dataset.train().size() + dataset.test().size());
      assertThat(mean).isBetween(158.0, 161.0);
      assertThat(dataset.schema().user()).hasSize(3);
      assertThat(dataset.schema().item().getFirst().vocabulary()).isEqualTo(18);
    }
  }

  private static long history(Samples samples) {
    long sum = 0;
    for (int s = 0; s < samples.size(); s++) {
      sum += samples.historyEnd(s);
    }
    return sum;
  }

  @Test
  void movieLens25MHead() throws IOException {
    LogFiles logs = new LogFiles(root);
    try (Dataset dataset = LogFiles.open(logs.options(LogFormat.MOVIELENS, data("ml-25m-head")))) {
      assertThat(dataset.users()).isEqualTo(757);
      assertThat(dataset.items()).isEqualTo(62_423);
      assertThat(dataset.info().behaviors()).isBetween(99_999L, 100_000L);
      assertThat(dataset.info().rejected()).isZero();
      for (Map.Entry<String, String> title :
          Map.of(
                  "11", "American President, The (1995)",
                  "7789", "11'09\"01 - September 11 (2002)",
                  "29", "City of Lost Children, The (Cité des enfants perdus, La) (1995)")
              .entrySet()) {
        assertThat(dataset.itemName(dataset.itemIds().indexOf(title.getKey())))
            .isEqualTo(title.getValue());
      }
      int without = 0;
      for (int i = 0; i < dataset.items(); i++) {
        without += dataset.itemFeatures().valueCount(0, i) == 0 ? 1 : 0;
      }
      assertThat(without).as("(no genres listed)").isEqualTo(5062);
    }
  }
}
