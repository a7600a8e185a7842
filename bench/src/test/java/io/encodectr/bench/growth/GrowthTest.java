package io.encodectr.bench.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured is kept, and told as it is. */
class GrowthTest {
  @TempDir private Path folder;

  private static Growth growth(long users, double seconds) {
    return new Growth(
        "users", users, users, "extract", users, "user", seconds, 1e6 * seconds / users, 300, 200);
  }

  @Test
  void aLaterCallGoesOnWithTheFile() throws Exception {
    Path path = folder.resolve("results").resolve("growth.csv");
    GrowthFile first = new GrowthFile(path);
    first.add(growth(1000, 0.5));
    first.add(growth(10_000, 3.25));
    GrowthFile second = new GrowthFile(path);
    assertThat(second.has("users", 1000, "extract")).isTrue();
    assertThat(second.has("users", 1000, "ingest")).isFalse();
    assertThat(second.has("history", 1000, "extract")).isFalse();
    second.add(growth(100_000, 30));
    assertThat(new GrowthFile(path).all()).isEqualTo(second.all()).hasSize(3);
  }

  @Test
  void anExponentIsThatOfTheUpperHalf() {
    assertThat(GrowthReport.slope(new double[] {1, 10, 100}, new double[] {3, 30, 300}))
        .isCloseTo(1, Offset.offset(1e-12));
    assertThat(GrowthReport.slope(new double[] {2, 8}, new double[] {5, 2.5}))
        .isCloseTo(-0.5, Offset.offset(1e-12));
    List<Growth> line =
        List.of(growth(1000, 2), growth(10_000, 2), growth(100_000, 20), growth(1_000_000, 200));
    assertThat(GrowthReport.exponent(line)).isEqualTo("1.00");
    assertThat(GrowthReport.exponent(line.subList(0, 1))).isEqualTo("–");
  }

  @Test
  void tablesAndPlotsAreOfWhatWasMeasured() throws Exception {
    GrowthReport report =
        new GrowthReport(List.of(growth(1000, 2), growth(10_000, 2.5), growth(100_000, 25)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    report.print(new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .contains(
            "| users | 1,000 | 10,000 | 100,000 | exponent | paper | a unit costs |",
            "| extract | 2.0 s, 300 MB | 2.5 s, 300 MB | 25.0 s, 300 MB | 1.00 | 1 | O(Ldm + TKLm +"
                + " Lm) |");
    report.plot(folder);
    for (String name : List.of("users-time.png", "users-memory.png")) {
      assertThat(Files.readAllBytes(folder.resolve(name))).startsWith(0x89, 'P', 'N', 'G');
    }
  }
}
