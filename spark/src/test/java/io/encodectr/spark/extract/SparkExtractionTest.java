package io.encodectr.spark.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.file.InputException;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.generation.ExtractionJob.Options;
import io.encodectr.generation.Generation;
import io.encodectr.generation.InterestSource;
import io.encodectr.generation.Store;
import io.encodectr.generation.Tombstones;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import io.encodectr.redis.FolderPublication;
import io.encodectr.redis.RedisServer;
import io.encodectr.redis.RedisStore;
import io.encodectr.scoring.ModelItems;
import io.encodectr.spark.SameBytes;
import io.encodectr.spark.SparkExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Extraction on Spark against the local job: the same store, byte for byte. */
@ExtendWith(SparkExtension.class)
class SparkExtractionTest {
  private static final int USERS = 2_500;

  @TempDir private static Path shared;
  @TempDir private Path folder;

  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SparkExtension.session().sparkContext());

  @BeforeAll
  static void makeModel() throws IOException {
    Random random = new Random(5);
    DatasetFixture fixture =
        new DatasetFixture(USERS, 200)
            .userIds(u -> "user-" + Integer.toString(u * 7919, 36))
            .itemSets("genre", 7, i -> new int[] {i % 7})
            .userColumn("country", 5, u -> u % 6 - 1);
    for (int user = 0; user < USERS; user++) {
      int length = user % 100 == 7 ? 200 : user % 12;
      fixture.history(user, 1_700_000_000L + user % 50, random.ints(length, 0, 200).toArray());
    }
    try (Dataset dataset = fixture.open(shared.resolve("dataset"))) {
      ModelFixture.write(shared.resolve("model"), "encode", dataset, 5);
    }
  }

  private ExtractionJob.Result local(Options options) throws IOException {
    Model model = Model.load(shared.resolve("model"));
    try (Dataset dataset = Dataset.open(shared.resolve("dataset"))) {
      return new ExtractionJob(
              dataset, model, ModelItems.of(model).table(), folder.resolve("local"), options)
          .run(Progress.NONE);
    }
  }

  private SparkExtraction distributed(Options options) {
    return new SparkExtraction(
        spark,
        shared.resolve("dataset"),
        shared.resolve("model"),
        folder.resolve("spark"),
        options);
  }

  @ParameterizedTest
  @EnumSource
  void givesTheSameStore(InterestPrecision precision) throws IOException {
    Options options = new Options(1_700_000_060L, 2, false, 0).with(precision);
    var expected = local(options);
    var result = distributed(options).run();
    SameBytes.require(folder.resolve("spark"), folder.resolve("local"));
    assertThat(result.users()).isEqualTo(USERS);
    assertThat(result.interests()).isEqualTo(expected.interests()).isPositive();
    assertThat(result.generation()).isEqualTo(expected.generation());
    assertThatThrownBy(distributed(options)::run)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--overwrite");
  }

  @Test
  void executorsPublishWhatTheyExtracted() throws IOException {
    try (RedisServer server = RedisServer.start(folder.resolve("server"));
        RedisStore there = RedisStore.open(server.location())) {
      Store here = Store.create(folder.resolve("spark"));
      there.beginForgetting(Map.of(Tombstones.hash("user-0"), System.currentTimeMillis()));
      SparkPublication writing =
          new SparkPublication(spark, here.folder(), server.location(), 1000);
      ExtractionJob.Result result =
          new FolderPublication(here, there, writing)
              .run(distributed(new Options(null, 2, false, 0))::run, 0, Progress.NONE);
      assertThat(there.current()).isEqualTo(result.generation());
      assertThat(there.manifest(result.generation()).users()).isEqualTo(USERS - 1);
      try (Generation from = here.openCurrent();
          InterestSource published = there.openGeneration(result.generation())) {
        published.verify();
        for (int user = 0; user < USERS; user++) {
          String id = "user-" + Integer.toString(user * 7919, 36);
          assertThat(published.find(id)).usingRecursiveComparison().isEqualTo(from.find(id));
        }
        assertThat(published.find("user-0")).isNull();
      }
    }
  }

  @Test
  void aRunThatFailedGoesOn() throws IOException {
    Options options = new Options(null, 2, false, 0);
    local(options);
    Model model = Model.load(shared.resolve("model"));
    try (Dataset dataset = Dataset.open(shared.resolve("dataset"))) {
      ExtractionJob job =
          new ExtractionJob(
              dataset, model, ModelItems.of(model).table(), folder.resolve("spark"), options);
      assertThatThrownBy(() ->
              job.run(blocks -> {
                try (var participant = job.join()) {
                  participant.extract(blocks[1]);
                  participant.extract(blocks[1]);
                }
                throw new IOException("the driver's machine fails");
              }))
          .hasMessageContaining("machine fails");
    }
    var result = distributed(options).run();
    assertThat(result.resumedUsers()).isEqualTo(1024);
    SameBytes.require(folder.resolve("spark"), folder.resolve("local"));
    try (Stream<Path> left = Files.list(folder.resolve("spark"))) {
      assertThat(left.map(file -> file.getFileName().toString()).filter(n -> n.startsWith(".work")))
          .isEmpty();
    }
  }
}
