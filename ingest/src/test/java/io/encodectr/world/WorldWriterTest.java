package io.encodectr.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.evaluation.Auc;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.progress.Progress;
import io.encodectr.world.Events.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class WorldWriterTest {
  private static final int USERS = 600;
  private static final int ITEMS = 1_000;
  private static final long ROWS = 180_000;

  @TempDir static Path folder;
  private static Path logs;
  private static List<Row> rows;
  private static WorldSummary summary;

  private static WorldSpec spec(long seed) {
    return WorldSpec.of(
        WorldSpec.Preset.DEMO,
        new WorldSpec.Wishes(USERS, ITEMS, null, ROWS, 150.0, 2_000, null, null, seed));
  }

  private static Path write(String name, long seed, int threads, boolean gzip) throws IOException {
    Path out = folder.resolve(name);
    new WorldWriter(World.of(spec(seed)), gzip, threads, Progress.NONE).write(out, false);
    return out;
  }

  @BeforeAll
  static void generate() throws IOException {
    logs = folder.resolve("logs");
    summary = new WorldWriter(World.of(spec(1)), false, 2, Progress.NONE).write(logs, false);
    rows = Events.read(logs.resolve("events.csv"));
  }

  @Test
  void theBytesDependOnTheSeedAndNotOnTheThreads() throws IOException {
    Path one = write("one", 1, 1, false);
    Path three = write("three", 1, 3, false);
    Path other = write("other", 2, 2, false);
    for (String file :
        List.of("events.csv", "items.csv", "users.csv", "mapping.yaml", "world.json")) {
      assertThat(one.resolve(file)).as(file).hasSameBinaryContentAs(logs.resolve(file));
      assertThat(three.resolve(file)).as(file).hasSameBinaryContentAs(logs.resolve(file));
    }
    assertThat(Files.mismatch(logs.resolve("events.csv"), other.resolve("events.csv")))
        .isNotNegative();
    assertThat(Files.mismatch(logs.resolve("items.csv"), other.resolve("items.csv")))
        .isNotNegative();
  }

  @Test
  void compressedFilesHoldTheSame() throws IOException {
    Path zipped = write("zipped", 1, 2, true);
    assertThat(Events.read(zipped.resolve("events.csv.gz"))).isEqualTo(rows);
    assertThat(Files.readString(zipped.resolve("mapping.yaml")))
        .contains("log: events.csv.gz", "file: items.csv.gz", "file: users.csv.gz");
    assertThat(zipped.resolve("events.csv")).doesNotExist();
  }

  @Test
  void thereAreExactlyAsManyRowsAsAskedFor() {
    assertThat(rows).hasSize((int) ROWS);
    assertThat(summary.counts().rows()).isEqualTo(ROWS);
    long samples = rows.stream().filter(row -> row.probability() != null).count();
    assertThat(summary.counts().samples()).isEqualTo(samples);
    assertThat(summary.counts().behaviors())
        .isEqualTo(rows.stream().filter(row -> row.click() == 1).count());
    assertThat(summary.counts().pageViews())
        .isEqualTo(rows.stream().map(Row::pageView).distinct().count() - 1);
    assertThat(rows.stream().map(Row::user).distinct()).hasSize(USERS);
  }

  @Test
  void earlierRowsAreBehaviorsAndLaterOnesSamples() {
    long from = summary.period().samplesFrom();
    for (Row row : rows) {
      if (row.time() < from) {
        assertThat(row.click()).isEqualTo(1);
        assertThat(row.pageView()).isNull();
        assertThat(row.probability()).isNull();
      } else {
        assertThat(row.click()).isBetween(0, 1);
        assertThat(row.pageView()).isNotNull();
        assertThat(row.probability()).isBetween(1e-6, 1 - 1e-6);
      }
      assertThat(row.time()).isBetween(summary.period().from(), summary.period().to() - 1);
    }
  }

  @Test
  void aPageViewShowsEightToTwentyDistinctItemsToOneUserAtOneTime() {
    Map<String, Set<String>> items = new HashMap<>();
    Map<String, String> owner = new HashMap<>();
    int samples = 0;
    for (Row row : rows) {
      if (row.pageView() != null) {
        samples++;
        items.computeIfAbsent(row.pageView(), p -> new HashSet<>()).add(row.item());
        String whoAndWhen = row.user() + "@" + row.time();
        assertThat(owner.merge(row.pageView(), whoAndWhen, (a, b) -> a)).isEqualTo(whoAndWhen);
      }
    }
    assertThat(items.values()).allSatisfy(shown -> assertThat(shown).hasSizeBetween(8, 20));
    assertThat(items.values().stream().mapToInt(Set::size).sum()).isEqualTo(samples);
    assertThat(items.values().stream().map(Set::size).distinct()).hasSize(13);
  }

  @Test
  void eventsOfAUserAscendInTimeAndComeInSessions() {
    String user = "";
    long last = 0;
    long gapsInside = 0;
    long gapsBetween = 0;
    Set<String> done = new HashSet<>();
    for (Row row : rows) {
      if (!row.user().equals(user)) {
        assertThat(done.add(row.user())).as("user-major").isTrue();
        user = row.user();
      } else {
        long gap = row.time() - last;
        assertThat(gap).isNotNegative();
        if (gap >= Shopping.SESSION_GAP) {
          gapsBetween++;
        } else if (gap > 0) {
          assertThat(gap).isLessThanOrEqualTo(400);
          gapsInside++;
        }
      }
      last = row.time();
    }
    assertThat(gapsInside / (double) gapsBetween).isBetween(3.0, 8.0);
  }

  @Test
  void historyLengthsAreLogNormal() {
    Map<String, Integer> lengths = new HashMap<>();
    for (Row row : rows) {
      lengths.merge(row.user(), row.pageView() == null ? 1 : 0, Integer::sum);
    }
    int[] sorted = lengths.values().stream().mapToInt(Integer::intValue).sorted().toArray();
    assertThat(sorted[0]).as("new users").isZero();
    assertThat(sorted[sorted.length - 1]).isBetween(1_000, 2_000);
    assertThat((double) sorted[USERS / 2]).isCloseTo(150, within(25.0));
    assertThat(Math.log(sorted[(int) (0.84 * USERS)] / 150.0)).isCloseTo(1, within(0.2));
    assertThat(Math.log(150.0 / sorted[(int) (0.16 * USERS)])).isCloseTo(1, within(0.25));
  }

  @Test
  void popularityFollowsZipf() {
    Map<String, Integer> counts = new HashMap<>();
    for (Row row : rows) {
      counts.merge(row.item(), 1, Integer::sum);
    }
    int[] sorted = counts.values().stream().mapToInt(Integer::intValue).sorted().toArray();
    int n = sorted.length;
    assertThat(n).as("items that occur").isGreaterThan((int) (0.98 * ITEMS));
    double slope = Math.log(sorted[n - 10] / (double) sorted[n - 500]) / Math.log(500 / 10.0);
    assertThat(slope).isBetween(0.3, 1.0);
    assertThat(Arrays.stream(sorted, n - n / 10, n).sum()).isGreaterThan((int) ROWS / 5);
  }

  @Test
  void probabilitiesAreThoseOfTheClicks() {
    double[] expected = new double[10];
    double[] clicks = new double[10];
    double[] count = new double[10];
    for (Row row : rows) {
      if (row.probability() != null) {
        int bin = (int) (row.probability() * 10);
        expected[bin] += row.probability();
        clicks[bin] += row.click();
        count[bin]++;
      }
    }
    for (int bin = 0; bin < 10; bin++) {
      double p = expected[bin] / count[bin];
      double deviation = Math.sqrt(p * (1 - p) / count[bin]);
      assertThat(clicks[bin] / count[bin]).as("bin %d", bin).isCloseTo(p, within(4 * deviation));
    }
    assertThat(Arrays.stream(clicks).sum() / Arrays.stream(count).sum()).isBetween(0.22, 0.28);
  }

  @Test
  void theOracleIsExact() {
    List<Row> samples = rows.stream().filter(row -> row.probability() != null).toList();
    float[] scores = new float[samples.size()];
    byte[] labels = new byte[samples.size()];
    double loss = 0;
    for (int i = 0; i < scores.length; i++) {
      double p = samples.get(i).probability();
      scores[i] = (float) p;
      labels[i] = (byte) samples.get(i).click();
      loss -= Math.log(labels[i] == 1 ? p : 1 - p) / scores.length;
    }
    assertThat(summary.oracle().auc()).isCloseTo(Auc.of(scores, labels), within(1e-7));
    assertThat(summary.oracle().auc()).isBetween(0.80, 0.86);
    assertThat(summary.oracle().logLoss()).isCloseTo(loss, within(1e-9));
  }

  @Test
  void itemsAndUsersHaveReadableFields() throws IOException {
    Set<String> names = new HashSet<>();
    int two = 0;
    var items = Events.lines(logs.resolve("items.csv"), "item,name,category,brand,price");
    assertThat(items).hasSize(ITEMS);
    for (String[] item : items) {
      assertThat(item[0]).matches("i[1-9][0-9]*");
      assertThat(item[1]).matches("[A-Z][a-z]+( [A-Z][a-z]+){2,4}( No\\. [0-9]+)?");
      assertThat(names.add(item[1])).as(item[1]).isTrue();
      assertThat(item[2]).matches("[A-Z][a-z]+/[A-Z][A-Za-z ]+(\\|[A-Z][a-z]+/[A-Z][A-Za-z ]+)?");
      two += item[2].contains("|") ? 1 : 0;
      assertThat(item[3]).matches("[A-Z][a-z]+");
      assertThat(Double.parseDouble(item[4])).isPositive();
    }
    assertThat(two / (double) ITEMS).isBetween(0.15, 0.35);
    var users = Events.lines(logs.resolve("users.csv"), "user,age_band,country");
    assertThat(users).hasSize(USERS);
    assertThat(users).allSatisfy(user -> assertThat(Population.AGE_BANDS).contains(user[1]));
    assertThat(users).allSatisfy(user -> assertThat(Population.COUNTRIES).contains(user[2]));
  }

  @Test
  void theMappingNamesColumnsThatExist() throws IOException {
    JsonNode mapping = YAMLMapper.shared().readTree(Files.readString(logs.resolve("mapping.yaml")));
    Map<String, String> headers = new LinkedHashMap<>();
    for (String file : List.of("events.csv", "items.csv", "users.csv")) {
      try (var lines = Files.lines(logs.resolve(file))) {
        headers.put(file, lines.findFirst().orElseThrow());
      }
    }
    List<String> events = List.of(headers.get(mapping.get("log").asString()).split(","));
    assertThat(events)
        .contains(
            mapping.get("user").asString(),
            mapping.get("item").asString(),
            mapping.get("time").get("column").asString(),
            mapping.get("label").asString(),
            mapping.get("page_view").asString(),
            mapping.get("probability").asString());
    assertThat(mapping.get("samples_from").asLong()).isEqualTo(summary.period().samplesFrom());
    for (String table : List.of("items", "users")) {
      List<String> columns =
          List.of(headers.get(mapping.get(table).get("file").asString()).split(","));
      assertThat(columns).contains(mapping.get(table).get("id").asString());
      assertThat(columns).containsAll(mapping.get(table).get("columns").propertyNames());
    }
  }

  @Test
  void theSummaryIsWrittenBesideTheLogs() throws IOException {
    assertThat(Json.read(logs.resolve("world.json"), WorldSummary.class)).isEqualTo(summary);
    assertThat(summary.parameters()).isEqualTo(spec(1));
  }

  @Test
  void anExistingFolderIsKeptAndNothingIsLeftBehind() throws IOException {
    Path taken = write("taken", 3, 1, false);
    byte[] before = Files.readAllBytes(taken.resolve("world.json"));
    WorldWriter writer = new WorldWriter(World.of(spec(4)), false, 1, Progress.NONE);
    assertThatThrownBy(() -> writer.write(taken, false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--overwrite");
    assertThat(taken.resolve("world.json")).hasBinaryContent(before);
  }

  @Test
  void aFailureWhileWritingLeavesNothingBehind() throws IOException {
    Path parent = Files.createDirectory(folder.resolve("failing"));
    Progress failing =
        (name, total, unit) ->
            new Progress.Task() {
              @Override
              public void advance(long n) {
                throw new IllegalStateException("no more paper");
              }

              @Override
              public void note(String text) {}

              @Override
              public void close() {}
            };
    WorldWriter writer = new WorldWriter(World.of(spec(1)), false, 2, failing);
    assertThatThrownBy(() -> writer.write(parent.resolve("out"), false))
        .hasMessageContaining("no more paper");
    assertThat(parent).isEmptyDirectory();
  }
}
