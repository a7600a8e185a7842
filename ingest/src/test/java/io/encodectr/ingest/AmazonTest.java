package io.encodectr.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.assembly.Negatives;
import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AmazonTest {
  private static final String RATINGS =
      """
      A1USERONE00,0000000001,5.0,1400000000
      A1USERONE00,B000000002,1.0,1400086400
      A2USERTWO00,B000000002,4.0,1400000000
      A2USERTWO00,B000000003,4.0,1400172800
      A3USERTHREE,B000000003,3.0,1400259200
      """;

  @TempDir private Path root;
  private LogFiles logs;

  @BeforeEach
  void makeLogs() throws IOException {
    logs = new LogFiles(root);
  }

  @Test
  void everyReviewIsAPositiveWithANegative() throws IOException {
    logs.write("ratings_Books.csv.gz", RATINGS);
    try (Dataset dataset = LogFiles.open(logs.options(LogFormat.AMAZON).withSplit(null, 0.6))) {
      assertThat(dataset.info().behaviors()).isEqualTo(5);
      assertThat(dataset.info().history()).isEqualTo("positives");
      assertThat(dataset.train().size() + dataset.test().size()).isEqualTo(10);
      assertThat(dataset.info().splitTime()).isEqualTo(1400086400);
      checkNegatives(dataset, dataset.train());
      checkNegatives(dataset, dataset.test());
      // The first two users know two of the three items.
      assertThat(dataset.itemIds().id(dataset.train().target(1))).isEqualTo("B000000003");
      assertThat(dataset.itemIds().id(dataset.test().target(1))).isEqualTo("0000000001");
      assertThat(dataset.schema().item()).isEmpty();
    }
  }

  private static void checkNegatives(Dataset dataset, Samples samples) {
    for (int s = 0; s < samples.size(); s += 2) {
      assertThat(samples.label(s)).isEqualTo(1);
      assertThat(samples.label(s + 1)).isZero();
      assertThat(samples.user(s + 1)).isEqualTo(samples.user(s));
      assertThat(samples.time(s + 1)).isEqualTo(samples.time(s));
      assertThat(samples.historyEnd(s + 1)).isEqualTo(samples.historyEnd(s));
      Set<Integer> known = new HashSet<>();
      for (int i = 0; i < dataset.behaviors().length(samples.user(s)); i++) {
        known.add(dataset.behaviors().item(samples.user(s), i));
      }
      assertThat(known).contains(samples.target(s)).doesNotContain(samples.target(s + 1));
    }
  }

  @Test
  void reviewsOfAllReleasesGiveTheSameColumns() throws IOException {
    Path csv = logs.write("ratings_Books.csv", RATINGS);
    String expected = fingerprint(logs.options(LogFormat.AMAZON, csv));
    StringBuilder swapped = new StringBuilder();
    StringBuilder old = new StringBuilder();
    StringBuilder recent = new StringBuilder();
    for (String line : RATINGS.split("\n")) {
      String[] v = line.split(",");
      swapped.append(String.join(",", v[1], v[0], v[2], v[3])).append('\n');
      old.append(
          "{\"reviewerID\": \"%s\", \"asin\": \"%s\", \"reviewText\": \"a \\\"b\\\", \\n\", \"overall\": %s, \"unixReviewTime\": %s, \"helpful\": [0, 1]}\n"
              .formatted(v[0], v[1], v[2], v[3]));
      recent.append(
          "{\"user_id\":\"%s\",\"asin\":\"X\",\"parent_asin\":\"%s\",\"rating\":%s,\"timestamp\":%s123}\n"
              .formatted(v[0], v[1], v[2], v[3]));
    }
    assertThat(fingerprint(logs.options(LogFormat.AMAZON, logs.write("b.csv", swapped.toString()))))
        .isEqualTo(expected);
    assertThat(
            fingerprint(
                logs.options(
                    LogFormat.AMAZON, logs.write("reviews_Books.json.gz", old.toString()))))
        .isEqualTo(expected);
    assertThat(
            fingerprint(
                logs.options(LogFormat.AMAZON, logs.write("Books.jsonl", recent.toString()))))
        .isEqualTo(expected);
  }

  @Test
  void categoriesComeFromTheMetaFileOfEitherKind() throws IOException {
    logs.write("reviews.csv", RATINGS);
    logs.write(
        "meta_Books.json.gz",
        """
        {'asin': '0000000001', 'title': "Bob's \\'Book\\'", 'categories': [['Books', 'Art'], ['Books', 'Gifts', 'Cheap']]}
        {"asin": "B000000002", "title": "Two", "category": ["Books", "History & Co, \\"x\\""]}
        {"asin": "B000000004", "title": "Not in the log", "category": ["Books"]}
        """);
    try (Dataset dataset = LogFiles.open(logs.options(LogFormat.AMAZON))) {
      assertThat(dataset.items()).isEqualTo(3);
      assertThat(dataset.itemName(0)).isEqualTo("Bob's 'Book'");
      assertThat(LogFiles.itemValues(dataset, 0, "0000000001")).containsExactly("Art");
      assertThat(LogFiles.itemValues(dataset, 1, "0000000001"))
          .containsExactly("Books", "Art", "Gifts", "Cheap");
      assertThat(LogFiles.itemValues(dataset, 0, "B000000002"))
          .containsExactly("History & Co, \"x\"");
      assertThat(LogFiles.itemValues(dataset, 0, "B000000003")).isEmpty();
    }
  }

  @Test
  void theCoreLeavesOutRareUsersAndItemsUntilNoneIsRare() throws IOException {
    // u3 has one event; without it c has one; without c u2 has one; without u2 b has two still.
    logs.write(
        "r.csv",
        """
        u1,a,5,1400000001
        u1,b,5,1400000002
        u4,a,5,1400000003
        u4,b,5,1400000004
        u2,b,5,1400000005
        u2,c,5,1400000006
        u3,c,5,1400000007
        """);
    try (Dataset dataset =
        LogFiles.open(logs.options(LogFormat.AMAZON).withMinCount(2).withSplit(null, 1))) {
      assertThat(dataset.users()).isEqualTo(2);
      assertThat(dataset.items()).isEqualTo(2);
      assertThat(dataset.info().behaviors()).isEqualTo(4);
      // Nobody has an item left that could be a negative.
      assertThat(LogFiles.lines(dataset, dataset.train()))
          .containsExactly(
              "u1 a 1400000001 0 1",
              "u1 b 1400000002 1 1",
              "u4 a 1400000003 0 1",
              "u4 b 1400000004 1 1");
    }
  }

  @Test
  void theSeedDecidesTheNegativesAndNothingElseDoes() throws IOException {
    StringBuilder ratings = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      ratings.append("u%d,i%d,5,%d\n".formatted(i % 40, i * i % 97 % 50, 1400000000 + i));
    }
    Path log = logs.write("r.csv", ratings.toString());
    IngestOptions options = logs.options(LogFormat.AMAZON, log);
    String first = fingerprint(options);
    assertThat(fingerprint(options.withResources(600L << 20, 1))).isEqualTo(first);
    assertThat(fingerprint(options.withSeed(2))).isNotEqualTo(first);
    assertThat(fingerprint(options.withNegatives(Negatives.of("uniform", 1)))).isNotEqualTo(first);
  }

  @Test
  void popularItemsAreDrawnInProportion() throws IOException {
    // 60 users know the hit, 30 the second and 10 the third; 200 others know none of these.
    StringBuilder ratings = new StringBuilder();
    for (int u = 0; u < 100; u++) {
      String item = u < 60 ? "hit" : u < 90 ? "second" : "third";
      ratings.append("known%d,%s,5,1400000000\n".formatted(u, item));
    }
    for (int u = 0; u < 200; u++) {
      ratings.append("other%d,own%d,5,1400000000\n".formatted(u, u));
    }
    logs.write("r.csv", ratings.toString());
    int[] counts = new int[3];
    int drawn = 0;
    for (int seed = 1; seed <= 5; seed++) {
      try (Dataset dataset = LogFiles.open(logs.options(LogFormat.AMAZON).withSeed(seed))) {
        for (int s = 0; s < dataset.train().size(); s++) {
          if (dataset.userIds().id(dataset.train().user(s)).startsWith("other")
              && dataset.train().label(s) == 0) {
            drawn++;
            String item = dataset.itemIds().id(dataset.train().target(s));
            counts[0] += item.equals("hit") ? 1 : 0;
            counts[1] += item.equals("second") ? 1 : 0;
            counts[2] += item.equals("third") ? 1 : 0;
          }
        }
      }
    }
    assertThat(drawn).isEqualTo(5 * 200);
    // 60, 30 and 10 of the 299 interactions with other items; three standard deviations are 0.04.
    assertThat(counts[0] / (double) drawn).isBetween(0.16, 0.24);
    assertThat(counts[1] / (double) drawn).isBetween(0.07, 0.13);
    assertThat(counts[2] / (double) drawn).isBetween(0.012, 0.06);
  }

  private static String fingerprint(IngestOptions options) throws IOException {
    try (Dataset dataset = LogFiles.open(options)) {
      return dataset.info().fingerprint();
    }
  }
}
