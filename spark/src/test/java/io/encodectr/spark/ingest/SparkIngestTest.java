package io.encodectr.spark.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import io.encodectr.ingest.IngestJob;
import io.encodectr.ingest.IngestOptions;
import io.encodectr.ingest.LogFormat;
import io.encodectr.log.FileFormat;
import io.encodectr.log.History;
import io.encodectr.progress.Progress;
import io.encodectr.spark.SameBytes;
import io.encodectr.spark.SparkExtension;
import io.encodectr.world.World;
import io.encodectr.world.WorldSpec;
import io.encodectr.world.WorldWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ingest on Spark against the local job: the same bytes in every file. */
@ExtendWith(SparkExtension.class)
class SparkIngestTest {
  @TempDir private Path root;
  private final SparkSession spark = SparkExtension.session();

  private IngestOptions local(LogFormat format, Path input) {
    return IngestOptions.of(format, input, root.resolve("local"))
        .withMapping(root.resolve("mapping.yaml"));
  }

  private SparkIngestOptions distributed(FileFormat format, Path input, Integer parts) {
    return new SparkIngestOptions(
        format,
        input.toString(),
        root.resolve("mapping.yaml"),
        null,
        null,
        0.8,
        0.2,
        null,
        parts,
        root.resolve("spark"),
        false);
  }

  private void compare(LogFormat format, Path input, Integer parts) throws IOException {
    var expected = new IngestJob(local(format, input).withMaxRejectShare(0.2), Progress.NONE).run();
    var result =
        new SparkIngestJob(spark, distributed(FileFormat.valueOf(format.name()), input, parts))
            .run();
    SameBytes.require(root.resolve("spark"), root.resolve("local"));
    expected.remove("dataset");
    result.remove("dataset");
    assertThat(result).isEqualTo(expected);
  }

  @Test
  void theSyntheticWorldGivesTheSameDataset() throws IOException {
    WorldSpec spec =
        WorldSpec.of(
            WorldSpec.Preset.DEMO,
            new WorldSpec.Wishes(60, 200, null, 6_000L, 60.0, 400, null, null, 3L));
    Path logs = root.resolve("logs");
    new WorldWriter(World.of(spec), false, 2, Progress.NONE).write(logs, false);
    Files.copy(logs.resolve("mapping.yaml"), root.resolve("mapping.yaml"));
    compare(LogFormat.CSV, logs, 5);
  }

  private static final String MAPPING =
      """
      user: who
      item: what
      time: {column: at, unit: s}
      label: hit
      page_view: page
      history: %s
      samples_from: 1000000020
      context:
        hour: {derived: hour}
        device: {kind: categorical, column: dev, missing: [none]}
        basket: {kind: continuous}
      items:
        file: items.%s
        id: sku
        name: title
        columns:
          tags: {kind: categorical, %s}
          price: {kind: continuous, missing: ["?"]}
      """;

  /** One row of a random log, bad ones among them. */
  private record Row(
      String who, String what, String at, String hit, String page, String dev, String basket) {
    static Row of(Random random, boolean numbers) {
      boolean bad = random.nextInt(25) == 0;
      int user = random.nextInt(20);
      int item = random.nextInt(25);
      return new Row(
          bad && random.nextBoolean() ? "" : numbers ? "" + (user * 7 - 30) : "ü\"😀" + user,
          numbers ? "" + item : "日," + item,
          bad
              ? pick(random, "soon", "", "-5", "1e30", "nan")
              : "" + (1_000_000_000L + random.nextInt(60)),
          bad ? pick(random, "2", "yes", "") : pick(random, "0", "1", "true", "False", "1.0"),
          random.nextInt(4) == 0 ? "" : "v" + random.nextInt(30),
          random.nextInt(5) == 0 ? "" : random.nextInt(5) == 0 ? "none" : "d" + random.nextInt(6),
          bad
              ? pick(random, "x", "inf", "1e39", "1_000", "1__0")
              : random.nextInt(6) == 0 ? "" : "" + random.nextInt(1000) / 8.0);
    }

    private static String pick(Random random, String... values) {
      return values[random.nextInt(values.length)];
    }

    List<String> values() {
      return List.of(who, what, at, hit, page, dev, basket);
    }
  }

  private static final List<String> NAMES =
      List.of("who", "what", "at", "hit", "page", "dev", "basket");

  private static List<Row> rows(Random random, boolean numbers) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      rows.add(
          i > 0 && random.nextInt(10) == 0 ? rows.get(random.nextInt(i)) : Row.of(random, numbers));
    }
    return rows;
  }

  private static String csv(String value) {
    return value.matches("[^\",\n]*") ? value : '"' + value.replace("\"", "\"\"") + '"';
  }

  private static String json(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static void write(Path file, String text) throws IOException {
    try (OutputStream raw = Files.newOutputStream(file);
        OutputStream out = file.toString().endsWith(".gz") ? new GZIPOutputStream(raw) : raw) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomCsvGivesTheSameDataset(long seed) throws IOException {
    Random random = new Random(seed);
    boolean numbers = seed == 1;
    Path logs = Files.createDirectories(root.resolve("logs, [all]"));
    List<Row> rows = rows(random, numbers);
    // The larger file comes second: Spark begins with it.
    List<List<Row>> files = List.of(rows.subList(0, 300), rows.subList(300, 2_000));
    for (int f = 0; f < files.size(); f++) {
      StringBuilder text = new StringBuilder("\uFEFF" + String.join(",", NAMES) + ",more\n");
      for (Row row : files.get(f)) {
        text.append(String.join(",", row.values().stream().map(SparkIngestTest::csv).toList()));
        // Empty values beyond the last column do not count, others do.
        text.append(
            random.nextInt(10) == 0
                ? Row.pick(random, "\n\n", ",a,b\n", ",z,\n", ",,,\n", ",z,\"\"\n", ",z,,x\n")
                : ",z\n");
      }
      write(logs.resolve(seed == 3 ? f + ".csv.gz" : f + ".csv"), text.toString());
    }
    StringBuilder items = new StringBuilder("sku,title,tags,price\n");
    for (int i = 0; i < 30; i++) {
      items.append(csv(numbers ? "" + i : "日," + i)).append(",Title ").append(i);
      items
          .append(i % 5 == 0 ? ",," : ",a|b" + i % 4 + "|,")
          .append(i % 3 == 0 ? "?" : i % 7 == 0 ? "+-1_0." + i : "0." + i * 7);
      items.append('\n');
    }
    items.append(csv(numbers ? "3" : "日,3")).append(",Again,x,1\n").append(",None,x,1\n");
    write(logs.resolve("items.csv"), items.toString());
    Files.writeString(
        root.resolve("mapping.yaml"),
        MAPPING.formatted(seed == 2 ? "all" : "positives", "csv", "separator: \"|\""));
    compare(LogFormat.CSV, logs, seed == 1 ? 1 : 7);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(longs = {4, 5})
  void randomJsonLinesGiveTheSameDataset(long seed) throws IOException {
    Random random = new Random(seed);
    boolean numbers = seed == 4;
    Path logs = Files.createDirectories(root.resolve("logs"));
    StringBuilder text = new StringBuilder();
    for (Row row : rows(random, numbers)) {
      List<String> fields = new ArrayList<>();
      for (int k = 0; k < NAMES.size(); k++) {
        String value = row.values().get(k);
        boolean plain = value.matches("-?[1-9]\\d*|true|\\d+\\.\\d+") && (k != 0 || numbers);
        if (!value.isEmpty() || random.nextBoolean()) {
          fields.add(
              json(NAMES.get(k)) + ":" + (plain ? value : value.isEmpty() ? "null" : json(value)));
        }
      }
      fields.add("\"more\":{\"a\":[1,2]}");
      text.append('{').append(String.join(", ", fields)).append('}');
      text.append(random.nextInt(40) == 0 ? "\n \n" : "\n");
      if (random.nextInt(50) == 0) {
        text.append(random.nextBoolean() ? "{\"who\": oops}\n" : "[1, 2]\n");
        text.append(random.nextBoolean() ? "{\"cut\": \"\\ud83d\"}\n" : "");
      }
    }
    write(logs.resolve("a.jsonl"), text.toString());
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      items.append("{\"sku\":").append(numbers ? "" + i : json("日," + i));
      items.append(",\"title\":\"T\\u00e4\",\"tags\":[\"a\",\"b").append(i % 4).append("\"]");
      items.append(i % 3 == 0 ? "" : ",\"price\":" + i * 0.7).append("}\n");
    }
    write(logs.resolve("items.jsonl"), items.toString());
    Files.writeString(
        root.resolve("mapping.yaml"),
        MAPPING.formatted("positives", "jsonl", "multi_valued: true"));
    compare(LogFormat.JSONL, logs, 4);
  }

  @Tag("slow")
  @Test
  void parquetGivesTheSameDataset() throws IOException {
    Random random = new Random(6);
    StringBuilder text = new StringBuilder("who,what,at,hit,page,dev,basket\n");
    for (Row row : rows(random, true)) {
      if (row.at().matches("\\d+")
          && row.hit().matches("[01]")
          && row.basket().matches("[0-9.]*")) {
        text.append(String.join(",", row.values())).append('\n');
      }
    }
    Path plain = root.resolve("plain.csv");
    write(plain, text.toString());
    Path logs = Files.createDirectories(root.resolve("logs"));
    spark
        .read()
        .option("header", true)
        .csv(plain.toString())
        .selectExpr(
            "cast(who as int) who",
            "cast(what as long) what",
            "cast(at as long) at",
            "cast(hit as int) = 1 hit",
            "page",
            "dev",
            "cast(basket as double) basket")
        .coalesce(1)
        .write()
        .option("parquet.block.size", 4_000)
        .parquet(root.resolve("written").toString());
    try (Stream<Path> files = Files.list(root.resolve("written"))) {
      Files.copy(
          files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow(),
          logs.resolve("log.parquet"));
    }
    Files.writeString(
        root.resolve("mapping.yaml"), MAPPING.formatted("positives", "csv", "").split("items:")[0]);
    compare(LogFormat.PARQUET, logs, 3);
  }

  @Tag("slow")
  @Test
  void isoTimesAreReadAlike() throws IOException {
    Path log = root.resolve("log.csv");
    write(
        log,
        """
        who,what,at,hit
        a,x,2024-02-29T23:59:59Z,1
        a,y,2024-02-29 23:59:58,0
        b,x,2024-03-01,1
        b,y,2024-03-01T01:00:00.75+02:00,1
        b,z,2024-03-01 01:00:00-0530,1
        c,x,2023-02-29,1
        c,y,2024-03-01 24:10:00,1
        c,z,later,1
        """);
    Files.writeString(
        root.resolve("mapping.yaml"),
        "user: who\nitem: what\ntime: {column: at, unit: iso}\nlabel: hit\n");
    var expected =
        new IngestJob(local(LogFormat.CSV, log).withMaxRejectShare(0.5), Progress.NONE).run();
    assertThat(expected.get("rejected")).isEqualTo(3L);
    new SparkIngestJob(
            spark,
            new SparkIngestOptions(
                FileFormat.CSV,
                log.toUri().toString(),
                root.resolve("mapping.yaml"),
                History.ALL,
                null,
                0.8,
                0.5,
                null,
                null,
                root.resolve("spark"),
                false))
        .run();
    assertThat(
            Files.mismatch(
                root.resolve("spark/behaviors/time.npy"), root.resolve("local/behaviors/time.npy")))
        .isEqualTo(-1);
  }

  @Tag("slow")
  @Test
  void aUserWithAMillionEventsIsOneOfAPart() throws IOException {
    Random random = new Random(8);
    Path log = root.resolve("log.csv");
    try (BufferedWriter out = Files.newBufferedWriter(log)) {
      out.write("who,what,at,hit\n");
      for (int i = 0; i < 1_100_000; i++) {
        int user = i % 11 == 0 ? random.nextInt(2_000) : 777;
        out.write("u" + user + ",i" + random.nextInt(500) + ",");
        out.write(1_000_000_000L + random.nextInt(40_000_000) + "," + random.nextInt(2) + "\n");
      }
    }
    Files.writeString(
        root.resolve("mapping.yaml"), "user: who\nitem: what\ntime: at\nlabel: hit\n");
    compare(LogFormat.CSV, log, 16);
  }

  @Test
  void whatOnlyTheLocalJobReadsIsRefused() throws IOException {
    Path log = root.resolve("log.csv");
    write(log, "who,what,at,hit\na,\"x\ny\",1000000000,1\n");
    Files.writeString(
        root.resolve("mapping.yaml"), "user: who\nitem: what\ntime: at\nlabel: hit\n");
    SparkIngestJob job = new SparkIngestJob(spark, distributed(FileFormat.CSV, log, null));
    assertThatThrownBy(job::run)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining("./encode ingest");
    Files.writeString(
        root.resolve("mapping.yaml"), "user: who\nitem: what\ntime: at\ninteractions: true\n");
    assertThatThrownBy(job::run)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("interactions: true");
    try (Stream<Path> left = Files.list(root)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("log.csv", "mapping.yaml");
    }
  }
}
