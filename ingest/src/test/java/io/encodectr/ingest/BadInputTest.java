package io.encodectr.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.encodectr.assembly.Negatives;
import io.encodectr.dataset.Dataset;
import io.encodectr.file.InputException;
import io.encodectr.log.InputFile;
import io.encodectr.log.Rejects;
import io.encodectr.log.TimeText;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Every kind of bad input: a clear error that leaves nothing behind, or documented behavior. */
class BadInputTest {
  private static final String HEADER = "userId,movieId,rating,timestamp\n";
  private static final String MOVIES = "movieId,title,genres\n1,One,Drama\n2,Two,Comedy\n";

  @TempDir private Path root;
  private LogFiles logs;

  @BeforeEach
  void makeLogs() throws IOException {
    logs = new LogFiles(root);
    logs.write("movies.csv", MOVIES);
  }

  private static String good(int rows) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      text.append("%d,%d,%d,%d\n".formatted(1 + i % 5, 1 + i % 2, 1 + i % 5, 1000000000 + i));
    }
    return text.toString();
  }

  private void fails(IngestOptions options, String... expected) throws IOException {
    assertThatThrownBy(() -> LogFiles.run(options))
        .isInstanceOf(InputException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(expected));
    assertThat(logs.leftBehind()).as("left behind").isEmpty();
  }

  private void fails(String... expected) throws IOException {
    fails(logs.options(LogFormat.MOVIELENS), expected);
  }

  @Test
  void missingInput() throws IOException {
    fails(
        logs.options(LogFormat.MOVIELENS, root.resolve("nowhere")),
        "nowhere",
        "there is no such file or folder; check --input");
    fails("there is no ratings.csv, ratings.csv.gz or ratings.dat");
    logs.write("ratings.csv", HEADER + good(10));
    Files.delete(logs.folder().resolve("movies.csv"));
    fails("there is no movies.csv");
  }

  @Test
  void emptyFiles() throws IOException {
    logs.write("ratings.csv", "");
    fails("ratings.csv is empty");
    logs.write("ratings.csv", HEADER);
    fails("holds no usable row");
    Files.delete(logs.folder().resolve("ratings.csv"));
    Files.write(logs.folder().resolve("ratings.csv.gz"), new byte[0]);
    fails("ratings.csv.gz is empty");
  }

  @Test
  void wrongHeader() throws IOException {
    logs.write("ratings.csv", "user,movieId,rating,timestamp\n" + good(10));
    fails(
        "ratings.csv, line 1: the header has no column \"userId\" (nearest: \"user\")",
        "MovieLens has the header userId,movieId,rating,timestamp here");
    logs.write("ratings.csv", good(10));
    fails("line 1: the header has no column \"userId\"");
    logs.write("ratings.csv", "userId,movieId,rating,timestamp,userId\n" + good(10));
    fails("line 1: two columns are named \"userId\"");
    logs.write("ratings.csv", "\n" + HEADER + good(10));
    fails("line 1: the header has no column \"userId\"");
  }

  @ParameterizedTest
  @CsvSource({
    "'x7,1,4,1000000000', 'userId \"x7\" is no whole number'",
    "'1.5,1,4,1000000000', 'userId \"1.5\" is no whole number'",
    "' 1,1,4,1000000000', 'userId \" 1\" is no whole number'",
    "'1,1e0,4,1000000000', 'movieId \"1e0\" is no whole number'",
    "',1,4,1000000000', 'userId is missing'",
    "'1,,4,1000000000', 'movieId is missing'",
    "'1,1,good,1000000000', 'rating \"good\" is no number'",
    "'1,1,,1000000000', 'rating is missing'",
    "'1,1,5.5,1000000000', 'rating \"5.5\" is not between 0.5 and 5'",
    "'1,1,-1,1000000000', 'rating \"-1\" is not between 0.5 and 5'",
    "'1,1,nan,1000000000', 'rating \"nan\" is not between 0.5 and 5'",
    "'1,1,4,', 'timestamp is missing'",
    "'1,1,4,yesterday', 'timestamp \"yesterday\" is no number'",
    "'1,1,4,-5', 'timestamp \"-5\" is not between 1970-01-02 and 2100-01-01 as a time'",
    "'1,1,4,86399', 'timestamp \"86399\" is not between'",
    "'1,1,4,4102444800', 'timestamp \"4102444800\" is not between'",
    "'1,1,4,1000000000000', 'timestamp \"1000000000000\" is not between'",
    "'1,1,4,inf', 'timestamp \"inf\" is not between'",
    "'1,1,4', 'it has 3 columns instead of 4'",
    "'1,1,4,1000000000,9', 'it has 5 columns instead of 4'",
    "'1,\"1\"x,4,1000000000', 'a quote is not closed or stands inside a value'",
  })
  void badRowsAreCountedAndWrittenDown(String row, String reason) throws IOException {
    logs.write("ratings.csv", HEADER + good(60) + "\n" + row + "\n" + good(140));
    SequencedMap<String, Object> result = LogFiles.run(logs.options(LogFormat.MOVIELENS));
    assertThat(result).containsEntry("rejected", 1L).containsEntry("duplicates", 60L);
    assertThat(logs.rejects()).hasSize(1);
    JsonNode reject = logs.rejects().getFirst();
    assertThat(reject.get("reason").asString()).contains(reason);
    assertThat(reject.get("line").asInt()).isEqualTo(63);
    assertThat(reject.get("file").asString()).endsWith("ratings.csv");
    try (Dataset dataset = Dataset.open(logs.out())) {
      dataset.check();
      assertThat(dataset.info().rejected()).isEqualTo(1);
      assertThat(dataset.info().behaviors()).isEqualTo(140);
    }
    Files.walk(logs.out())
        .sorted(java.util.Comparator.reverseOrder())
        .forEach(path -> path.toFile().delete());
    fails(
        logs.options(LogFormat.MOVIELENS).withMaxRejectShare(0.004),
        "1 of 201 rows (0.50%) cannot be used, more than the 0.40% allowed; line 63: ",
        reason,
        "--max-reject-share");
  }

  @Test
  void bytesThatAreNoUtf8() throws IOException {
    logs.write("movies.csv", MOVIES + "3,\"Am\u00e9lie\",Drama\n", StandardCharsets.ISO_8859_1);
    logs.write("ratings.csv", HEADER + good(10));
    LogFiles.run(logs.options(LogFormat.MOVIELENS).withMaxRejectShare(0.5));
    assertThat(logs.rejects().getFirst().get("line").asInt()).isEqualTo(4);
    assertThat(logs.rejects().getFirst().get("reason").asString()).contains("it is not UTF-8");
  }

  @Test
  void utf16AndBrokenGzip() throws IOException {
    logs.write("ratings.csv", HEADER + good(10), StandardCharsets.UTF_16);
    fails("ratings.csv is UTF-16; convert it: iconv");
    Files.delete(logs.folder().resolve("ratings.csv"));
    Path whole = logs.write("ratings.csv.gz", HEADER + good(10000));
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(whole, Arrays.copyOf(bytes, bytes.length / 2));
    fails("ratings.csv.gz is no whole gzip file", "copy it again");
    Files.writeString(whole, "not gzip at all, not even near");
    fails("ratings.csv.gz is no whole gzip file");
    Path zip = Files.writeString(logs.folder().resolve("ml.zip"), "not a zip");
    fails(logs.options(LogFormat.MOVIELENS, zip), "ml.zip is no whole zip file");
  }

  @Test
  void mixedLineEnds() throws IOException {
    logs.write("ratings.csv", HEADER + "1,1,4,1000000000\r\n" + good(10));
    fails("lines end in different ways (LF 11, CR LF 1, CR 0 times)", "sed -i");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void anUnclosedQuoteLosesNoRowInSilence(int threads) throws IOException {
    StringBuilder text = new StringBuilder(HEADER);
    for (int i = 0; i < 100_000; i++) {
      text.append(
          i == 1000 ? "\"7,1,4,1000000000\n" : "%d,%d,3.5,1000000000\n".formatted(i, i % 9));
    }
    logs.write("ratings.csv", text.toString());
    IngestOptions options = logs.options(LogFormat.MOVIELENS).withResources(1L << 30, threads);
    fails(options, "of 100,000 rows", "cannot be used", "line 1002: a quote is not closed");
  }

  @Test
  void lineBreaksInsideQuotesAreNoLostLines() throws IOException {
    StringBuilder movies = new StringBuilder("movieId,title,genres\n");
    for (int i = 0; i < 200; i++) {
      movies.append("%d,\"Title\nof %d\",Drama\n".formatted(i, i));
    }
    movies.append("x,\"Bad\nrow\",Drama\n\n900,too,many,columns\n");
    logs.write("movies.csv", movies.toString());
    logs.write("ratings.csv", HEADER + good(10));
    LogFiles.run(logs.options(LogFormat.MOVIELENS));
    assertThat(logs.rejects()).extracting(r -> r.get("line").asInt()).containsExactly(402, 405);
    try (Dataset dataset = Dataset.open(logs.out())) {
      assertThat(dataset.itemName(dataset.itemIds().indexOf("7"))).isEqualTo("Title\nof 7");
    }
  }

  @Test
  void linesAreFoundInLatin1AndBehindQuotesAndGzip() throws IOException {
    logs.write(
        "ratings.dat.gz", "1::1::4::1000000000\n2::1::4::1000000000\n3::1::bad::1000000000\n");
    logs.write(
        "movies.dat",
        "1::Am\u00e9lie \"\u00e9\"::Drama\n\n2::\u00e9\u00e9\u00e9\nz::\u00fc::Comedy\n",
        StandardCharsets.ISO_8859_1);
    LogFiles.run(logs.options(LogFormat.MOVIELENS).withMaxRejectShare(0.9));
    List<JsonNode> rejects = logs.rejects();
    assertThat(rejects).extracting(r -> r.get("line").asInt()).containsExactly(3, 3, 4);
    assertThat(rejects.get(1).get("reason").asString()).contains("2 columns instead of 3");
    assertThat(rejects.get(2).get("reason").asString()).contains("movieId \"z\"");
  }

  @Test
  void onlyTheFirstHundredRejectsAreWrittenDown() throws IOException {
    StringBuilder text = new StringBuilder(HEADER);
    for (int i = 0; i < 500; i++) {
      text.append(i % 2 == 0 ? "1,1\n" : "1,1,9,1000000000\n");
    }
    logs.write("ratings.csv", text + good(10));
    SequencedMap<String, Object> result =
        LogFiles.run(logs.options(LogFormat.MOVIELENS).withMaxRejectShare(1));
    assertThat(result).containsEntry("rejected", 500L);
    assertThat(logs.rejects()).hasSize(100);
    for (int i = 0; i < 100; i++) {
      assertThat(logs.rejects().get(i).get("line").asInt()).isEqualTo(i + 2);
    }
  }

  @Test
  void badJsonLines() throws IOException {
    Path log =
        logs.write(
            "log.jsonl",
            "{\"u\":\"a\",\"i\":\"x\",\"t\":1000000000,\"y\":1}\n"
                + "{\"u\":\"a\",\"i\":\"x\"\n"
                + "   \n"
                + "[1]\n"
                + "{\"u\":\"a\",\"t\":1000000000,\"y\":1}\n"
                + "{\"u\":\"a\",\"i\":\"x\",\"t\":\"1e9x\",\"y\":1}\n"
                + "{\"u\":\"a\",\"i\":\"x\",\"t\":1000000001,\"y\":2}\n");
    Path yaml = logs.write("m.yaml", "user: u\nitem: i\ntime: t\nlabel: y\n");
    LogFiles.run(logs.options(LogFormat.JSONL, log).withMapping(yaml).withMaxRejectShare(1));
    assertThat(logs.rejects())
        .extracting(r -> r.get("line").asInt() + " " + r.get("reason").asString())
        .containsExactly(
            "2 the line is not JSON in UTF-8",
            "4 the line is not a JSON object",
            "5 i is missing",
            "6 t \"1e9x\" is no number",
            "7 y \"2\" is not 0, 1, false or true");
  }

  @Test
  void aJsonFieldThatNeverOccursIsAMistake() throws IOException {
    Path log = logs.write("log.jsonl", "{\"u\":\"a\",\"i\":\"x\",\"t\":1000000000,\"y\":1}\n");
    Path yaml =
        logs.write(
            "m.yaml", "user: u\nitem: i\ntime: t\nlabel: y\ncontext: {d: {kind: categorical}}\n");
    fails(
        logs.options(LogFormat.JSONL, log).withMapping(yaml),
        "context column d has no value in any line; check the name \"d\"");
  }

  @Test
  void parquetThatIsNone() throws IOException {
    Path log = logs.write("log.parquet", "PAR1 is how it begins");
    Path yaml = logs.write("m.yaml", "user: u\nitem: i\ntime: t\nlabel: y\n");
    fails(
        logs.options(LogFormat.PARQUET, log).withMapping(yaml),
        "log.parquet is no whole Parquet file");
  }

  @Test
  void rejectsAreAShareOfTheTablesRowsWhateverItsFiles() throws IOException {
    Files.delete(logs.write("movies.csv", ""));
    String header = "u,i,t,y\n";
    for (int part = 0; part < 4; part++) {
      StringBuilder rows = new StringBuilder(header);
      for (int i = 0; i < 50; i++) {
        rows.append("%d,%d,%d,1\n".formatted(part, i, 1000000000 + i));
      }
      logs.write("part" + part + ".csv", rows.toString());
    }
    logs.write("part4.csv", header + "5,1,soon,1\n5,2,1000000000,1\n");
    Path yaml = logs.write("m.yaml", "user: u\nitem: i\ntime: t\nlabel: y\n");
    IngestOptions options = logs.options(LogFormat.CSV).withMapping(yaml);
    assertThat(LogFiles.run(options)).containsEntry("rejected", 1L);
    Files.walk(logs.out())
        .sorted(java.util.Comparator.reverseOrder())
        .forEach(path -> path.toFile().delete());
    fails(
        options.withMaxRejectShare(0.004),
        "part0.csv and 4 more files: 1 of 202 rows (0.50%) cannot be used",
        "part4.csv, line 2: t \"soon\" is no number");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskIsCalledSoAndTheFileNamed() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.isWritable(full), "there is no /dev/full here");
    Rejects rejects = new Rejects(1);
    rejects.add(List.of(new Rejects.Reject("log", 1L, "bad")), 1, 1);
    Files.createSymbolicLink(root.resolve(Rejects.FILE), full);
    assertThatThrownBy(() -> rejects.write(root))
        .hasMessageContaining("cannot write " + root.resolve(Rejects.FILE))
        .hasMessageContaining("the disk is full");
    Files.createSymbolicLink(root.resolve("meta.csv"), full);
    InputFile meta = InputFile.at(logs.write("meta.json", "{\"asin\":\"a\"}\n"));
    assertThatThrownBy(() -> AmazonMetadata.read(meta, root, rejects, Progress.NONE))
        .hasMessageContaining("cannot write " + root.resolve("meta.csv"))
        .hasMessageContaining("the disk is full");
    Files.createSymbolicLink(root.resolve("ratings.csv"), full);
    Path zip = logs.zip("ml.zip", Map.of("ratings.csv", HEADER + good(10)));
    assertThatThrownBy(() -> new InputFolder(zip, root).find(List.of("ratings.csv")))
        .hasMessageContaining("cannot write " + root.resolve("ratings.csv"))
        .hasMessageContaining("the disk is full");
  }

  @Test
  void noSampleAndNoCore() throws IOException {
    logs.write("ratings.csv", HEADER + good(10));
    fails(
        logs.options(LogFormat.MOVIELENS).withSplit(1_100_000_000L, 0.8),
        "no sample is left",
        "--samples-from");
    fails(logs.options(LogFormat.MOVIELENS).withMinCount(50), "no user is left", "--min-count");
  }

  @Test
  void optionsOutOfRange() {
    IngestOptions options = logs.options(LogFormat.MOVIELENS);
    assertThatThrownBy(() -> options.withSplit(null, 1.5)).hasMessageContaining("train share 1.5");
    assertThatThrownBy(() -> options.withSplit(null, Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> options.withMaxRejectShare(-1)).hasMessageContaining("-1.0");
    assertThatThrownBy(() -> options.withMinCount(0)).hasMessageContaining("min count 0");
    assertThatThrownBy(() -> options.withResources(1, 1)).hasMessageContaining("below 512MB");
    assertThatThrownBy(() -> Negatives.of("popular", 1))
        .hasMessageContaining("popularity or uniform");
    assertThatThrownBy(() -> Negatives.of("uniform", 0)).hasMessageContaining("1 to 1000");
    assertThatThrownBy(() -> LogFormat.of("movie")).hasMessageContaining("movielens, amazon, csv");
    assertThatThrownBy(() -> TimeText.seconds("--samples-from", "2000-13-01"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--samples-from \"2000-13-01\" is no time");
    assertThat(TimeText.seconds("t", "2000-11-05")).isEqualTo(973382400);
    assertThat(TimeText.seconds("t", "2000-11-05T01:00:00+01:00")).isEqualTo(973382400);
    assertThat(TimeText.seconds("t", "2000-11-05T00:00:00")).isEqualTo(973382400);
    assertThat(TimeText.seconds("t", "975768889")).isEqualTo(975768889);
  }

  @Test
  void anExistingDatasetIsKeptUnlessToldOtherwise() throws IOException {
    logs.write("ratings.csv", HEADER + good(100));
    LogFiles.run(logs.options(LogFormat.MOVIELENS));
    assertThatThrownBy(() -> LogFiles.run(logs.options(LogFormat.MOVIELENS).withOverwrite(false)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--overwrite");
    logs.write("ratings.csv", HEADER + good(10) + "bad\nbad\n");
    assertThatThrownBy(() -> LogFiles.run(logs.options(LogFormat.MOVIELENS)))
        .isInstanceOf(InputException.class);
    try (Dataset dataset = Dataset.open(logs.out())) {
      dataset.check();
      assertThat(dataset.info().behaviors()).as("the old one").isEqualTo(100);
    }
    assertThat(logs.leftBehind()).containsExactly("dataset");
  }
}
