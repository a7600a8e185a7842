package io.encodectr.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.dataset.Dataset;
import io.encodectr.log.History;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MovieLensTest {
  private static final String RATINGS =
      """
      userId,movieId,rating,timestamp
      10,1,4.0,1000000300
      10,2,3.5,1000000100
      10,3,5.0,1000000300
      2,3,4.0,1000000200
      2,1,0.5,1000000300
      2,9,4.5,1000000400
      2,9,4.5,1000000400
      10,20,4.0,1000000400
      7,1,2.0,1000000500
      """;
  private static final String MOVIES =
      """
      movieId,title,genres
      1,Toy Story (1995),Animation|Children|Comedy
      2,"Story, The ""Best"" (Été)",(no genres listed)
      3,Plain,Drama
      20,Twenty,Comedy|Drama
      100,Never rated,Comedy
      """;
  private static final String USERS =
      """
      userId,gender,age,occupation,zip
      10,F,25,7,48067
      2,M,,10,70072
      99,F,56,1,00000
      """;

  @TempDir private Path root;
  private LogFiles logs;

  @BeforeEach
  void makeLogs() throws IOException {
    logs = new LogFiles(root);
  }

  private void writeAll() throws IOException {
    logs.write("ratings.csv", RATINGS);
    logs.write("movies.csv", MOVIES);
    logs.write("users.csv", USERS);
  }

  @Test
  void samplesHaveStrictlyEarlierHistoryAndAreSplitByTime() throws IOException {
    writeAll();
    // 8 distinct rows at 100, 200, 300 ×3, 400 ×2, 500: 50% is 4, reached at 300.
    try (Dataset dataset = LogFiles.open(logs.options(LogFormat.MOVIELENS).withSplit(null, 0.5))) {
      assertThat(dataset.info().splitTime()).isEqualTo(1000000300);
      assertThat(LogFiles.lines(dataset, dataset.train()))
          .containsExactly(
              "2 3 1000000200 0 1",
              "2 1 1000000300 1 0",
              "10 2 1000000100 0 0",
              "10 1 1000000300 1 1",
              "10 3 1000000300 1 1");
      assertThat(LogFiles.lines(dataset, dataset.test()))
          .containsExactly("2 9 1000000400 2 1", "7 1 1000000500 0 0", "10 20 1000000400 3 1");
      assertThat(LogFiles.history(dataset, "10"))
          .containsExactly("2@1000000100", "1@1000000300", "3@1000000300", "20@1000000400");
      assertThat(dataset.info().history()).isEqualTo("all");
      assertThat(dataset.info().firstTime()).isEqualTo(1000000100);
      assertThat(dataset.info().lastTime()).isEqualTo(1000000500);
    }
  }

  @Test
  void idsAreOrderedAsNumbersAndCatalogItemsAreKept() throws IOException {
    writeAll();
    try (Dataset dataset = LogFiles.open(logs.options(LogFormat.MOVIELENS))) {
      assertThat(dataset.users()).isEqualTo(3);
      assertThat(dataset.userIds().id(0)).isEqualTo("2");
      assertThat(dataset.userIds().id(1)).isEqualTo("7");
      assertThat(dataset.userIds().id(2)).isEqualTo("10");
      assertThat(dataset.items()).as("1 2 3 9 20 100").isEqualTo(6);
      assertThat(dataset.itemIds().id(3)).isEqualTo("9");
      assertThat(dataset.itemIds().id(5)).isEqualTo("100");
      assertThat(dataset.itemName(1)).isEqualTo("Story, The \"Best\" (Été)");
      assertThat(dataset.itemName(3)).as("not in movies.csv").isNull();
    }
  }

  @Test
  void genresAreMultiValuedAndNoneIsNone() throws IOException {
    writeAll();
    try (Dataset dataset = LogFiles.open(logs.options(LogFormat.MOVIELENS))) {
      assertThat(dataset.schema().item().getFirst().vocabulary()).isEqualTo(4);
      assertThat(LogFiles.itemValues(dataset, 0, "1"))
          .containsExactly("Animation", "Children", "Comedy");
      assertThat(LogFiles.itemValues(dataset, 0, "2")).isEmpty();
      assertThat(LogFiles.itemValues(dataset, 0, "9")).isEmpty();
      assertThat(LogFiles.itemValues(dataset, 0, "20")).containsExactly("Comedy", "Drama");
    }
  }

  @Test
  void usersHaveTheirFeaturesAndMissingOnesAreMinusOne() throws IOException {
    writeAll();
    try (Dataset dataset = LogFiles.open(logs.options(LogFormat.MOVIELENS))) {
      assertThat(dataset.schema().user())
          .extracting("name")
          .containsExactly("gender", "age", "occupation");
      int gender = dataset.userFeatures().code(0, dataset.userIds().indexOf("10"));
      assertThat(dataset.userVocabularies().value(0, gender)).isEqualTo("F");
      assertThat(dataset.userFeatures().code(1, dataset.userIds().indexOf("2"))).isEqualTo(-1);
      assertThat(dataset.userFeatures().code(0, dataset.userIds().indexOf("7"))).isEqualTo(-1);
    }
  }

  @Test
  void hourAndWeekdayAreThoseOfTheSampleInUtc() throws IOException {
    writeAll();
    try (Dataset dataset = LogFiles.open(logs.options(LogFormat.MOVIELENS).withSplit(null, 1))) {
      // 1000000300 = Sunday 2001-09-09 01:51:40 UTC.
      assertThat(dataset.train().contextCode(0, 1)).isEqualTo(1);
      assertThat(dataset.train().contextCode(1, 1)).isEqualTo(6);
      assertThat(dataset.test().size()).isZero();
    }
  }

  @Test
  void positivesOnlyHistoryKeepsAllSamples() throws IOException {
    writeAll();
    IngestOptions options =
        logs.options(LogFormat.MOVIELENS).withHistory(History.POSITIVES).withSplit(null, 0.5);
    try (Dataset dataset = LogFiles.open(options)) {
      assertThat(LogFiles.history(dataset, "10"))
          .containsExactly("1@1000000300", "3@1000000300", "20@1000000400");
      assertThat(LogFiles.history(dataset, "7")).isEmpty();
      assertThat(dataset.users()).isEqualTo(3);
      assertThat(LogFiles.lines(dataset, dataset.train()))
          .containsExactly(
              "2 3 1000000200 0 1",
              "2 1 1000000300 1 0",
              "10 2 1000000100 0 0",
              "10 1 1000000300 0 1",
              "10 3 1000000300 0 1");
      assertThat(LogFiles.lines(dataset, dataset.test()))
          .containsExactly("2 9 1000000400 1 1", "7 1 1000000500 0 0", "10 20 1000000400 2 1");
    }
  }

  @Test
  void samplesFromLeavesEarlierRowsToTheHistory() throws IOException {
    writeAll();
    IngestOptions options = logs.options(LogFormat.MOVIELENS).withSplit(1000000400L, 0.5);
    try (Dataset dataset = LogFiles.open(options)) {
      assertThat(LogFiles.lines(dataset, dataset.train()))
          .containsExactly("2 9 1000000400 2 1", "10 20 1000000400 3 1");
      assertThat(LogFiles.lines(dataset, dataset.test())).containsExactly("7 1 1000000500 0 0");
      assertThat(dataset.info().behaviors()).isEqualTo(8);
    }
  }

  @Test
  void positiveAtMovesTheLabel() throws IOException {
    writeAll();
    IngestOptions options =
        logs.options(LogFormat.MOVIELENS).withPositiveAt(4.5).withSplit(null, 1);
    try (Dataset dataset = LogFiles.open(options)) {
      assertThat(LogFiles.lines(dataset, dataset.train()))
          .contains("2 9 1000000400 2 1", "10 1 1000000300 1 0", "10 3 1000000300 1 1");
      assertThat(dataset.info().options()).containsEntry("positive_at", 4.5);
    }
  }

  @Test
  void repeatedRowsAreDroppedAndCounted() throws IOException {
    writeAll();
    SequencedMap<String, Object> result = LogFiles.run(logs.options(LogFormat.MOVIELENS));
    assertThat(result)
        .containsEntry("users", 3)
        .containsEntry("items", 6)
        .containsEntry("behaviors", 8L)
        .containsEntry("rejected", 0L)
        .containsEntry("duplicates", 1L);
    assertThat((Integer) result.get("train_samples") + (Integer) result.get("test_samples"))
        .isEqualTo(8);
  }

  @Test
  void aUserWithOneEventIsASampleWithoutHistory() throws IOException {
    writeAll();
    try (Dataset dataset = LogFiles.open(logs.options(LogFormat.MOVIELENS).withSplit(null, 1))) {
      assertThat(LogFiles.lines(dataset, dataset.train())).contains("7 1 1000000500 0 0");
      assertThat(LogFiles.history(dataset, "7")).containsExactly("1@1000000500");
    }
  }

  @Test
  void gzipZipAndTheRatingsFileGiveTheSameColumns() throws IOException {
    writeAll();
    String plain = fingerprint(logs.options(LogFormat.MOVIELENS));
    assertThat(fingerprint(logs.options(LogFormat.MOVIELENS, logs.folder().resolve("ratings.csv"))))
        .isEqualTo(plain);
    Path zip =
        logs.zip(
            "ml-test.zip",
            Map.of(
                "ml-test/ratings.csv", RATINGS,
                "ml-test/movies.csv", MOVIES,
                "ml-test/users.csv", USERS,
                "ml-test/README.txt", "readme"));
    assertThat(fingerprint(logs.options(LogFormat.MOVIELENS, zip))).isEqualTo(plain);
    for (String name : new String[] {"ratings.csv", "movies.csv", "users.csv"}) {
      Files.delete(logs.folder().resolve(name));
    }
    logs.write("ratings.csv.gz", RATINGS);
    logs.write("movies.csv.gz", MOVIES.replace("\n", "\r\n"));
    logs.write("users.csv.gz", "\uFEFF" + USERS);
    assertThat(fingerprint(logs.options(LogFormat.MOVIELENS))).isEqualTo(plain);
  }

  @Test
  void theOldLayoutIsLatin1() throws IOException {
    writeAll();
    String plain = fingerprint(logs.options(LogFormat.MOVIELENS));
    for (String name : new String[] {"ratings", "movies", "users"}) {
      Files.delete(logs.folder().resolve(name + ".csv"));
    }
    logs.write("ratings.dat", old(RATINGS));
    logs.write(
        "movies.dat",
        old(MOVIES).replace("\"Story:: The \"\"Best\"\" (Été)\"", "Story, The \"Best\" (Été)"),
        StandardCharsets.ISO_8859_1);
    logs.write("users.dat", old(USERS));
    assertThat(fingerprint(logs.options(LogFormat.MOVIELENS))).isEqualTo(plain);
  }

  private static String old(String csv) {
    return csv.substring(csv.indexOf('\n') + 1).replace(",", "::");
  }

  private static String fingerprint(IngestOptions options) throws IOException {
    try (Dataset dataset = LogFiles.open(options)) {
      return dataset.info().fingerprint();
    }
  }
}
