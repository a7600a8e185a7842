package io.encodectr.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.dataset.IdDictionary;
import io.encodectr.file.InputException;
import io.encodectr.generation.ExtractionJob.Options;
import io.encodectr.generation.ExtractionJob.Result;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.model.CodeVersion;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.ModelItems;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extraction of some thousand users: same bytes whatever happens on the way. */
class ExtractionJobTest {
  private static final long SEED = 31;
  private static final int USERS = 2 * ExtractionJob.BLOCK + 300;
  private static final long START = 1_700_000_000L;

  @TempDir private static Path shared;
  private static Dataset dataset;
  private static Model model;
  private static byte[] expected;
  private static String expectedId;

  @TempDir private Path folder;

  @BeforeAll
  static void extractOnce() throws IOException {
    dataset = dataset(shared.resolve("dataset"), SEED);
    ModelFixture.write(shared.resolve("model"), "encode", dataset, SEED);
    model = Model.load(shared.resolve("model"));
    Result result = job(dataset, model, shared.resolve("store"), 1).run(Progress.NONE);
    expectedId = result.generation();
    expected = bytes(shared.resolve("store"), expectedId);
  }

  @AfterAll
  static void close() {
    dataset.close();
  }

  private static Dataset dataset(Path path, long seed) throws IOException {
    Random random = new Random(seed);
    DatasetFixture fixture =
        new DatasetFixture(USERS, 200)
            .userIds(u -> "user-" + Integer.toString(u * 7919, 36))
            .itemSets("genre", 7, i -> new int[] {i % 7})
            .userColumn("country", 5, u -> u % 6 - 1)
            .userSets("likes", 9, u -> new int[] {u % 9, 8})
            .userNumbers("age", u -> u % 10 / 10f);
    for (int user = 0; user < USERS; user++) {
      int length = user % 100 == 7 ? 200 : user % 12;
      fixture.history(user, START + user % 50, random.ints(length, 0, 200).toArray());
    }
    return fixture.open(path);
  }

  private static ExtractionJob job(Dataset dataset, Model model, Path store, int threads) {
    return job(dataset, model, store, new Options(null, threads, false, 0));
  }

  private static ExtractionJob job(Dataset dataset, Model model, Path store, Options options) {
    return new ExtractionJob(dataset, model, ModelItems.of(model).table(), store, options);
  }

  private static byte[] bytes(Path store, String id) throws IOException {
    Path generation = Store.open(store).generation(id);
    byte[] file = Files.readAllBytes(generation.resolve(Generation.FILE));
    byte[] manifest = Files.readAllBytes(generation.resolve(GenerationManifest.FILE));
    byte[] both = Arrays.copyOf(file, file.length + manifest.length);
    System.arraycopy(manifest, 0, both, file.length, manifest.length);
    return both;
  }

  @Test
  void storesEveryUser() throws IOException {
    try (Generation generation = Store.open(shared.resolve("store")).openCurrent()) {
      generation.verify();
      assertThat(generation.users()).isEqualTo(USERS);
      long without = 0;
      long interests = 0;
      for (int user = 0; user < USERS; user++) {
        UserInterests stored = generation.find(dataset.userIds().id(user));
        int length = dataset.behaviors().length(user);
        assertThat(stored.behaviors()).isEqualTo(length);
        assertThat(stored.represented()).isEqualTo(length);
        assertThat(Arrays.stream(stored.masses()).sum()).isEqualTo(length);
        assertThat(stored.count()).isLessThanOrEqualTo(Math.min(30, length));
        assertThat(stored.recentItems()).hasSize(Math.min(50, length));
        assertThat(stored.features()[0].codes())
            .isEqualTo(user % 6 == 0 ? new int[0] : new int[] {user % 6 - 1});
        assertThat(stored.features()[1].codes()).isEqualTo(new int[] {user % 9, 8});
        assertThat(stored.features()[2].number()).isEqualTo(user % 10 / 10f);
        requireMembers(stored);
        without += length == 0 ? 1 : 0;
        interests += stored.count();
      }
      assertThat(generation.manifest().usersWithoutHistory()).isEqualTo(without).isPositive();
      assertThat(generation.manifest().interests()).isEqualTo(interests).isPositive();
      assertThat(generation.find("nobody")).isNull();
    }
  }

  private static void requireMembers(UserInterests stored) {
    for (int k = 0; k < stored.count(); k++) {
      float[] weights = stored.members()[k].weights();
      float sum = 0;
      for (int i = 0; i < weights.length; i++) {
        assertThat(weights[i]).isLessThanOrEqualTo(i == 0 ? 1.0001f : weights[i - 1]);
        sum += weights[i];
      }
      assertThat(weights.length).isBetween(1, RecordFormat.MAX_MEMBERS);
      assertThat(sum).isLessThan(1.0001f);
      if (stored.masses()[k] <= RecordFormat.MAX_MEMBERS) {
        assertThat(sum).isGreaterThan(0.9999f);
      }
      assertThat(stored.members()[k].items()).doesNotHaveDuplicates();
    }
  }

  /** What a cluster does: histories from elsewhere, blocks of other sizes that travel as bytes. */
  @Test
  void otherBlocksFromOtherMachinesAssembleToTheSameBytes() throws IOException {
    int size = 777;
    Store store = Store.create(folder.resolve("store"));
    long asOf = dataset.info().lastTime() + 1;
    Tombstones honored = store.tombstones();
    GenerationAssembly assembly =
        new GenerationAssembly(
            model,
            new GenerationOrigin(
                dataset.info().fingerprint(),
                CodeVersion.current(),
                asOf,
                null,
                null,
                null,
                honored.forgottenThrough(),
                false),
            InterestPrecision.FLOAT32);
    Path built = folder.resolve("store/built");
    assembly.write(
        built,
        GenerationUsers.of(dataset.userIds()),
        new GenerationAssembly.Blocks() {
          @Override
          public int count() {
            return Math.ceilDiv(USERS, size);
          }

          @Override
          public RecordBlock get(int index) {
            int first = index * size;
            int users = Math.min(size, USERS - first);
            return RecordBlock.of(block(assembly.recordFormat(), first, users), first, users);
          }
        });
    assertThat(store.publish(built, honored)).isEqualTo(expectedId);
    assertThat(bytes(store.folder(), store.current())).isEqualTo(expected);
  }

  private static byte[] block(RecordFormat format, int first, int users) {
    UserExtractor extractor = new UserExtractor(model, ModelItems.of(model).table());
    UserFeatures features = new UserFeatures(model.spec().schema().user(), dataset.userFeatures());
    RecordBlock.Builder block = new RecordBlock.Builder(format, first, users);
    for (int user = first; user < first + users; user++) {
      int length = dataset.behaviors().length(user);
      int[] items = new int[length];
      long[] times = new long[length];
      dataset.behaviors().items(user, 0, length, items, 0);
      dataset.behaviors().times(user, 0, length, times, 0);
      long hash = IdDictionary.hash(dataset.userIds().id(user));
      block.add(hash, extractor.extract(UserHistory.of(items, times), hash, features.of(user)));
    }
    return block.build().bytes();
  }

  @Test
  void givesTheSameBytesForAnyNumberOfThreads() throws IOException {
    for (int threads : new int[] {2, 5}) {
      Path store = folder.resolve("store" + threads);
      Result result = job(dataset, model, store, threads).run(Progress.NONE);
      assertThat(result.generation()).isEqualTo(expectedId);
      assertThat(bytes(store, result.generation())).isEqualTo(expected);
      assertThat(result.resumedUsers()).isZero();
      assertThat(entries(store)).containsExactlyInAnyOrder("generations", "current", ".lock");
    }
  }

  @Test
  void resumesAfterAStopAndMakesDamagedBlocksAnew() throws IOException {
    Path store = folder.resolve("store");
    stopAfterOneBlock(store);
    Path work =
        entriesIn(store).filter(p -> name(p).startsWith(".work-")).findFirst().orElseThrow();
    assertThat(entries(work)).contains("block-0000000.bin").doesNotContain("block-0000001.bin");
    assertThat(entries(store)).doesNotContain("current");

    Result result = job(dataset, model, store, 1).run(Progress.NONE);
    assertThat(result.resumedUsers()).isEqualTo(ExtractionJob.BLOCK);
    assertThat(bytes(store, result.generation())).isEqualTo(expected);

    // A run that was killed while clearing up leaves blocks of nobody knows which events.
    Path cleared = folder.resolve("cleared");
    stopAfterOneBlock(cleared);
    Files.delete(
        entriesIn(cleared)
            .filter(p -> name(p).startsWith(".work-"))
            .findFirst()
            .orElseThrow()
            .resolve("input.json"));
    result = job(dataset, model, cleared, 1).run(Progress.NONE);
    assertThat(result.resumedUsers()).isZero();
    assertThat(bytes(cleared, result.generation())).isEqualTo(expected);

    Path damaged = folder.resolve("damaged");
    stopAfterOneBlock(damaged);
    Path block =
        entriesIn(damaged)
            .filter(p -> name(p).startsWith(".work-"))
            .findFirst()
            .orElseThrow()
            .resolve("block-0000000.bin");
    byte[] content = Files.readAllBytes(block);
    content[content.length / 2] ^= 1;
    Files.write(block, content);
    result = job(dataset, model, damaged, 1).run(Progress.NONE);
    assertThat(result.resumedUsers()).isZero();
    assertThat(bytes(damaged, result.generation())).isEqualTo(expected);
  }

  @Test
  void finishesWhatWasKilledBetweenPublishingAndSwitching() throws IOException {
    Path store = folder.resolve("store");
    stopAfterOneBlock(store);
    Path published = Files.createDirectories(Store.open(store).generation(expectedId));
    for (String file : List.of(Generation.FILE, GenerationManifest.FILE)) {
      Path made = Store.open(shared.resolve("store")).generation(expectedId).resolve(file);
      Files.copy(made, published.resolve(file));
    }
    job(dataset, model, store, 2).run(Progress.NONE);
    assertThat(Store.open(store).current()).isEqualTo(expectedId);
    assertThat(bytes(store, expectedId)).isEqualTo(expected);
    assertThat(entries(store)).containsExactlyInAnyOrder("generations", "current", ".lock");
  }

  /** Runs the job with a progress that fails once the first block is done. */
  private static void stopAfterOneBlock(Path store) {
    Progress stopping =
        (name, total, unit) ->
            new Progress.Task() {
              @Override
              public void advance(long n) {
                throw new IllegalStateException("stopped");
              }

              @Override
              public void note(String text) {}

              @Override
              public void close() {}
            };
    assertThatThrownBy(() -> job(dataset, model, store, 1).run(stopping)).hasMessage("stopped");
  }

  @Test
  void refusesToRepeatItselfUnlessTold() throws IOException {
    Path store = folder.resolve("store");
    String id = job(dataset, model, store, 2).run(Progress.NONE).generation();
    assertThatThrownBy(() -> job(dataset, model, store, 2).run(Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(id)
        .hasMessageContaining("--overwrite");
    Files.write(Store.open(store).generation(id).resolve(Generation.FILE), new byte[400]);
    Result again = job(dataset, model, store, new Options(null, 2, true, 0)).run(Progress.NONE);
    assertThat(again.generation()).isEqualTo(id);
    assertThat(bytes(store, id)).isEqualTo(expected);
  }

  @Test
  void aSoundGenerationStaysWhenItIsMadeAnew() throws IOException {
    Path store = folder.resolve("store");
    String id = job(dataset, model, store, 2).run(Progress.NONE).generation();
    Path file = Store.open(store).generation(id).resolve(Generation.FILE);
    Object inode = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    job(dataset, model, store, new Options(null, 2, true, 0)).run(Progress.NONE);
    assertThat(Files.readAttributes(file, BasicFileAttributes.class).fileKey()).isEqualTo(inode);
    assertThat(Store.open(store).current()).isEqualTo(id);
    assertThat(entries(store)).containsExactlyInAnyOrder("generations", "current", ".lock");
  }

  @Test
  void workFoldersOfDeadRunsAreClearedAndThoseOfLivingOnesAreNot() throws IOException {
    Path store = Files.createDirectories(folder.resolve("store"));
    Path dead = Files.createDirectory(store.resolve(".work-dead"));
    Files.createFile(dead.resolve("lock"));
    Files.writeString(dead.resolve("block-0000000.bin"), "x");
    Path living = Files.createDirectory(store.resolve(".work-living"));
    Files.writeString(living.resolve("block-0000000.bin"), "x");
    try (ExtractionFolder held = ExtractionFolder.lock(living)) {
      assertThat(held.path()).isEqualTo(living);
      job(dataset, model, store, 2).run(Progress.NONE);
      assertThat(entries(store))
          .containsExactlyInAnyOrder("generations", "current", ".lock", ".work-living");
      assertThat(living.resolve("block-0000000.bin")).exists();
      held.clear();
    }
    assertThat(living).doesNotExist();
  }

  @Test
  void keepsTheLastGenerationsOnly() throws IOException {
    Path store = folder.resolve("store");
    List<String> ids = new java.util.ArrayList<>();
    for (long time : new long[] {START + 5, START + 10, START + 20}) {
      Options options = new Options(time, 2, false, 2);
      ids.add(job(dataset, model, store, options).run(Progress.NONE).generation());
      Files.setLastModifiedTime(
          Store.open(store).generation(ids.getLast()),
          java.nio.file.attribute.FileTime.fromMillis(1_000_000L * ids.size()));
    }
    assertThat(Store.open(store).ids()).containsExactly(ids.get(1), ids.get(2));
    assertThat(Store.open(store).current()).isEqualTo(ids.get(2));
    assertThat(ids.get(2)).startsWith(Long.toString(START + 20));
  }

  @Test
  void twoJobsDoNotShareAWorkFolder() throws IOException {
    Path store = folder.resolve("store");
    stopAfterOneBlock(store);
    Path work =
        entriesIn(store).filter(p -> name(p).startsWith(".work-")).findFirst().orElseThrow();
    try (FileChannel channel = FileChannel.open(work.resolve("lock"), StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThatThrownBy(() -> job(dataset, model, store, 1).run(Progress.NONE))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("another extraction");
    }
  }

  @Test
  void aStoreWithoutCurrentIsAClearError() throws IOException {
    Path store = folder.resolve("store");
    assertThatThrownBy(() -> Store.open(store)).isInstanceOf(InputException.class);
    String id = job(dataset, model, store, 1).run(Progress.NONE).generation();
    Path current = store.resolve("current");
    Files.writeString(current, "../../etc\n");
    assertThatThrownBy(() -> Store.open(store).openCurrent())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("does not hold a generation id");
    Files.writeString(current, "0" + id);
    assertThatThrownBy(() -> Store.open(store).openCurrent())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not in the store");
    Files.delete(current);
    assertThatThrownBy(() -> Store.open(store).openCurrent())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("current is missing");
  }

  @Test
  void methodsThatStoreNothingAndOtherDatasetsAreRefused() throws IOException {
    ModelFixture.write(folder.resolve("din-l"), "din-l", dataset, SEED);
    Model dinL = Model.load(folder.resolve("din-l"));
    assertThatThrownBy(() -> job(dataset, dinL, folder.resolve("store"), 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("din-l stores no interests");
    DatasetFixture fixture = new DatasetFixture(3, 201).history(0, START, 1, 2, 3);
    try (Dataset other = fixture.open(folder.resolve("other"))) {
      assertThatThrownBy(() -> job(other, model, folder.resolve("store"), 1))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(other.info().fingerprint())
          .hasMessageContaining(dataset.info().fingerprint());
    }
    // Same items and columns, later behaviors: allowed.
    try (Dataset later = dataset(folder.resolve("later"), SEED + 1)) {
      Result result = job(later, model, folder.resolve("store"), 2).run(Progress.NONE);
      assertThat(result.users()).isEqualTo(USERS);
      assertThat(result.generation()).isNotEqualTo(expectedId);
    }
    assertThat(entries(folder.resolve("store"))).contains("current");
  }

  @Test
  void dinStoresRecentBehaviorsOnly() throws IOException {
    ModelFixture.write(folder.resolve("din"), "din", dataset, SEED);
    Model din = Model.load(folder.resolve("din"));
    Result result = job(dataset, din, folder.resolve("store"), 2).run(Progress.NONE);
    assertThat(result.interests()).isZero();
    try (Generation generation = Store.open(folder.resolve("store")).openCurrent()) {
      UserInterests stored = generation.find(dataset.userIds().id(7));
      assertThat(stored.count()).isZero();
      assertThat(stored.recentItems()).hasSize(50);
    }
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  private static Stream<Path> entriesIn(Path path) throws IOException {
    try (Stream<Path> list = Files.list(path)) {
      return list.toList().stream();
    }
  }

  private static List<String> entries(Path path) throws IOException {
    return entriesIn(path).map(ExtractionJobTest::name).toList();
  }
}
