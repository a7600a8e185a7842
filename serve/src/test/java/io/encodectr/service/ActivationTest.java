package io.encodectr.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.behavior.folder.FolderEventLog;
import io.encodectr.file.FolderTree;
import io.encodectr.file.InputException;
import io.encodectr.generation.Generation;
import io.encodectr.generation.Store;
import io.encodectr.model.Model;
import io.encodectr.online.ServedWorld;
import io.encodectr.redis.SharedStores;
import io.encodectr.scoring.ScoreContext;
import io.encodectr.scoring.ScoringOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be used is refused, and what was in service goes on. */
@Timeout(120)
class ActivationTest {
  @TempDir private static Path folder;
  private static ServedWorld world;

  @TempDir private Path own;
  private final ActivePair pairs = new ActivePair();
  private final ServiceMetrics metrics = new ServiceMetrics();
  private FolderEventLog log;
  private UserBehaviors behaviors;
  private Activation activation;

  @BeforeAll
  static void make() throws IOException {
    world = ServedWorld.in(folder);
  }

  @AfterAll
  static void end() {
    world.close();
  }

  @BeforeEach
  void start() throws IOException {
    log = FolderEventLog.open(own.resolve("events"));
    behaviors = new UserBehaviors(log, pairs, metrics);
    activation =
        new Activation(
            pairs,
            behaviors,
            new RequestShapes(),
            metrics,
            new ArtifactFolders(List.of(folder, own)),
            new SharedStores(),
            ScoringOptions.DEFAULT);
    activation.activate(world.pair(1));
  }

  @AfterEach
  void close() {
    pairs.close();
    log.close();
    metrics.close();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files.forEach(file -> {
        try {
          Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
  }

  private static void flip(Path file, long position) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) position] ^= 1;
    Files.write(file, bytes);
  }

  private void assertRefused(PairLocation location, String because) {
    String before = pairs.read(ScoringPair::fingerprint);
    double refused = refusals();
    assertThatThrownBy(() -> activation.activate(location))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(because);
    assertThat(pairs.read(ScoringPair::fingerprint)).isEqualTo(before);
    assertThat(scores()).hasSize(1);
    assertThat(refusals()).isEqualTo(refused + 1);
    assertThat(activation.lastRefused().location()).isEqualTo(location);
    assertThat(activation.lastRefused().reason()).contains(because);
    assertThat(activation.isBusy()).isFalse();
  }

  private float[] scores() {
    return pairs.read(
        pair -> pair.scorer().score("u5", List.of("i1"), ScoreContext.at(ServedWorld.NOW)));
  }

  private long asOf() {
    return pairs.read(pair -> pair.manifest().asOf());
  }

  private Object loaded() {
    return pairs.read(pair -> pair.scorer().model());
  }

  private double refusals() {
    return metrics
        .text()
        .lines()
        .filter(line -> line.startsWith("encode_swaps_total{outcome=\"refused\"}"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }

  @Test
  void aSoundPairGoesIntoService() throws IOException {
    assertThat(activation.activeSince()).isNotNull();
    PairLocation second = world.pair(2);
    activation.activate(second);
    assertThat(pairs.read(ScoringPair::location).generation()).isEqualTo(second.generation());
    activation.rollback();
    assertThat(pairs.read(ScoringPair::location).generation())
        .isEqualTo(world.pair(1).generation());
    assertThat(metrics.text())
        .contains("encode_swaps_total{outcome=\"activated\"} 2.0")
        .contains("encode_swaps_total{outcome=\"rolled_back\"} 1.0");
  }

  @Test
  void aNewGenerationOfTheSameModelUsesTheModelThatIsLoaded() throws IOException {
    Path model = world.model("encode", 1);
    Path store = world.store("store-1", model, ServedWorld.NOW - 3_600);
    Object loaded = loaded();
    activation.activate(new PairLocation(model, store, null));
    assertThat(asOf()).isEqualTo(ServedWorld.NOW - 3_600);
    assertThat(loaded()).isSameAs(loaded);
    activation.activate(world.pair(2));
    assertThat(loaded()).isNotSameAs(loaded);
  }

  @Test
  void aModelAndAGenerationOfAnotherModelAreRefused() throws IOException {
    PairLocation one = world.pair(1);
    PairLocation two = world.pair(2);
    assertRefused(new PairLocation(two.model(), one.store(), one.generation()), "fingerprint");
  }

  @Test
  void whatIsNotThereIsRefused() throws IOException {
    PairLocation one = world.pair(1);
    assertRefused(new PairLocation(folder.resolve("none"), one.store(), null), "none");
    assertRefused(new PairLocation(one.model(), folder.resolve("none"), null), "none");
    assertRefused(new PairLocation(one.model(), one.store(), "no-such-one"), "no-such-one");
    assertRefused(new PairLocation(one.model(), one.store(), "../../x"), "no generation id");
    assertRefused(new PairLocation(one.store().folder(), one.store(), null), "model.json");
  }

  @Test
  void damagedWeightsAreRefused() throws IOException {
    Path model = own.resolve("model");
    copy(world.model("encode", 1), model);
    Path weights = model.resolve("weights.safetensors");
    flip(weights, Files.size(weights) / 2);
    // Another folder than the model in service, or the loaded model would be used again.
    assertRefused(new PairLocation(model, world.pair(1).store(), null), "checksum");
  }

  @Test
  void aDamagedRecordIsRefusedThoughNobodyAskedForItYet() throws IOException {
    Path store = own.resolve("store");
    copy(world.pair(1).store().folder(), store);
    Store opened = Store.open(store);
    Path file = opened.generation(opened.current()).resolve(Generation.FILE);
    flip(file, 128 + 60);
    assertRefused(new PairLocation(world.model("encode", 1), store, null), "damaged");
  }

  @Test
  void aCutOffGenerationIsRefused() throws IOException {
    Path store = own.resolve("store");
    copy(world.pair(1).store().folder(), store);
    Store opened = Store.open(store);
    Path file = opened.generation(opened.current()).resolve(Generation.FILE);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 100));
    assertRefused(new PairLocation(world.model("encode", 1), store, null), "its end is missing");
  }

  @Test
  void aMethodThatStoredInterestsCannotServeIsRefused() throws IOException {
    Path model = world.model("din-l", 3);
    assertRefused(new PairLocation(model, world.pair(1).store(), null), "din-l");
  }

  @Test
  void whatLiesOutsideTheFoldersIsRefusedByWhateverNameItIsCalled(@TempDir Path outside)
      throws IOException {
    Path model = outside.resolve("model");
    copy(world.model("encode", 1), model);
    PairLocation one = world.pair(1);
    assertRefused(new PairLocation(model, one.store(), null), "outside");
    Path link = own.resolve("link");
    Files.createSymbolicLink(link, model);
    assertRefused(new PairLocation(link, one.store(), null), "outside");
    Path dots =
        own.resolve("..")
            .resolve(own.relativize(model).subpath(1, own.relativize(model).getNameCount()));
    assertRefused(new PairLocation(dots, one.store(), null), "outside");
  }

  @Test
  void oneAtATime() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    PairLocation two = world.pair(2);
    // A pipe in place of the current file holds the first activation until the test writes to it.
    Path store = own.resolve("store");
    copy(two.store().folder(), store);
    Path current = store.resolve("current");
    String id = Files.readString(current);
    Files.delete(current);
    makePipe(current);
    Thread first =
        Thread.ofPlatform()
            .start(() -> {
              inside.countDown();
              activation.activate(new PairLocation(two.model(), store, null));
              goOn.countDown();
            });
    inside.await();
    while (!activation.isBusy()) {
      Thread.sleep(1);
    }
    assertThatThrownBy(() -> activation.activate(two)).isInstanceOf(Activation.Busy.class);
    assertThatThrownBy(activation::rollback).isInstanceOf(Activation.Busy.class);
    assertThat(scores()).as("the old one scores meanwhile").hasSize(1);
    Files.writeString(current, id);
    goOn.await();
    first.join();
    assertThat(pairs.read(ScoringPair::fingerprint))
        .isEqualTo(Model.load(two.model()).fingerprint());
  }

  private void awaitModel(Path model) throws Exception {
    String wanted = Model.load(model).fingerprint();
    while (!pairs.read(ScoringPair::fingerprint).equals(wanted)) {
      Thread.sleep(5);
    }
  }

  private void awaitIdle() throws InterruptedException {
    while (activation.isBusy()) {
      Thread.sleep(5);
    }
  }

  @Test
  void pairsThatAppearInAWatchedFolderGoIntoService() throws Exception {
    Path watched = Files.createDirectory(own.resolve("watched"));
    try (PairWatch watch =
        new PairWatch(activation, pairs, watched, false, Duration.ofMillis(20))) {
      putPair(watched, "2026-01-01", 2);
      awaitModel(world.model("encode", 2));
      awaitIdle();
      activation.rollback();
      Thread.sleep(100);
      awaitModel(world.model("encode", 1));
      putPair(watched, "2025-12-31", 3);
      Path damaged = putPair(watched, "2026-01-02", 4);
      while (activation.lastRefused() == null) {
        Thread.sleep(5);
      }
      assertThat(activation.lastRefused().location().model().toString())
          .startsWith(damaged.toRealPath().toString());
      awaitModel(world.model("encode", 1));
      putPair(watched, "2026-01-03", 3);
      awaitModel(world.model("encode", 3));
    }
  }

  /** A pair, put in place by one rename; that of seed 4 holds the store of another model. */
  private static Path putPair(Path watched, String name, long seed) throws IOException {
    Path built = Files.createDirectories(watched.resolve("." + name));
    copy(world.model("encode", seed), Files.createDirectory(built.resolve("model")));
    copy(
        world.pair(seed == 4 ? 1 : seed).store().folder(),
        Files.createDirectory(built.resolve("store")));
    return Files.move(built, watched.resolve(name));
  }

  @Test
  void aNewGenerationOfAFollowedStoreGoesIntoService() throws Exception {
    Path model = world.model("encode", 1);
    Path store = world.store("followed", model, ServedWorld.NOW);
    activation.activate(new PairLocation(model, store, null));
    try (PairWatch watch = follow()) {
      world.store("followed", model, ServedWorld.NOW - 7_200);
      while (asOf() != ServedWorld.NOW - 7_200) {
        Thread.sleep(5);
      }
      awaitIdle();
    }
    FolderTree.delete(store);
    assertThat(scores()).as("files that are gone are still mapped").hasSize(1);
  }

  private PairWatch follow() {
    return new PairWatch(activation, pairs, null, true, Duration.ofMillis(20));
  }

  private static void makePipe(Path path) throws Exception {
    boolean made;
    try {
      made = new ProcessBuilder("mkfifo", path.toString()).start().waitFor() == 0;
    } catch (IOException e) {
      made = false;
    }
    Assumptions.assumeTrue(made, "no named pipes here");
  }

  /** A copy of a pair's store, so that damage stays here. */
  private Path ownStore(String name, long seed) throws IOException {
    Path store = own.resolve(name);
    copy(world.pair(seed).store().folder(), store);
    return store;
  }

  private String generation() {
    return pairs.read(ScoringPair::generation);
  }

  @Test
  void aStoreThatWasRefusedKeepsNobodyFromAnything() throws IOException {
    assertThat(behaviors.forget("u9")).isTrue();
    Path bad = ownStore("bad-store", 2);
    Store opened = Store.open(bad);
    Path file = opened.generation(opened.current()).resolve(Generation.FILE);
    Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 200));
    Path model = world.model("encode", 2);
    assertRefused(new PairLocation(model, bad, null), "its end is missing");
    assertThat(behaviors.forget("u8")).as("forgetting goes on").isTrue();
    assertThat(behaviors.unfinished()).isNull();
    Path good = ownStore("good-store", 2);
    activation.activate(new PairLocation(model, good, null));
    assertThat(pairs.read(ScoringPair::location).store().folder()).isEqualTo(good.toRealPath());
    int behaviorsLeft = pairs.read(pair -> pair.scorer().generation().find("u8").behaviors());
    assertThat(behaviorsLeft).isZero();
  }

  @Test
  void anOldGenerationThatIsDamagedKeepsNoPairOut() throws IOException {
    Path store = ownStore("store", 2);
    Path bad = Files.createDirectory(store.resolve("generations").resolve("0-old"));
    Files.writeString(bad.resolve("manifest.json"), "{}");
    activation.activate(new PairLocation(world.model("encode", 2), store, null));
    assertThat(behaviors.forget("u8")).isFalse();
    assertThat(behaviors.unfinished()).contains("0-old");
    activation.activate(world.pair(1));
    activation.activate(new PairLocation(world.model("encode", 2), store, null));
    FolderTree.delete(bad);
    assertThat(behaviors.forget("u7")).isTrue();
    assertThat(behaviors.unfinished()).isNull();
  }

  @Test
  void activatingAPairAgainKeepsWhatARollbackLeadsTo() throws IOException {
    activation.activate(world.pair(2));
    Instant since = activation.activeSince();
    activation.activate(world.pair(2));
    PairLocation two = world.pair(2);
    activation.activate(new PairLocation(two.model(), two.store(), null));
    assertThat(activation.activeSince()).isEqualTo(since);
    assertThat(metrics.text()).contains("encode_swaps_total{outcome=\"activated\"} 2.0");
    activation.rollback();
    assertThat(generation()).isEqualTo(world.pair(1).generation());
    assertThat(scores()).hasSize(1);
    activation.rollback();
    assertThat(generation()).isEqualTo(two.generation());
    assertThat(scores()).hasSize(1);
  }

  /** The note of the forgotten is damaged between the first look at the store and the swap. */
  @Test
  void whatFailsAfterTheSwapFailsNoActivation() throws Exception {
    Path store = ownStore("store", 2);
    Path current = store.resolve("current");
    String id = Files.readString(current);
    Files.delete(current);
    makePipe(current);
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    Thread loading =
        Thread.ofPlatform()
            .start(() -> {
              try {
                activation.activate(new PairLocation(world.model("encode", 2), store, null));
              } catch (IOException | RuntimeException e) {
                failures.add(e);
              }
            });
    // Opening waits until the pair is being read, which is after the store has joined.
    try (OutputStream pipe = Files.newOutputStream(current)) {
      Files.writeString(store.resolve("forgotten"), "no line of ours\n");
      pipe.write(id.getBytes(StandardCharsets.UTF_8));
    }
    loading.join();
    assertThat(failures).isEmpty();
    assertThat(pairs.read(ScoringPair::location).store().folder()).isEqualTo(store.toRealPath());
    assertThat(activation.lastRefused()).isNull();
    assertThat(metrics.text()).contains("encode_swaps_total{outcome=\"activated\"} 2.0");
  }

  @Test
  void whatIsFollowedIsTheStoreInService() throws Exception {
    Path one = world.model("encode", 1);
    Path two = world.model("encode", 2);
    Path first = world.store("followed-first", one, ServedWorld.NOW);
    Path second = world.store("followed-second", two, ServedWorld.NOW);
    activation.activate(new PairLocation(one, first, null));
    try (PairWatch watch = follow()) {
      Thread.sleep(100);
      activation.activate(new PairLocation(two, second, null));
      world.store("followed-first", one, ServedWorld.NOW - 100);
      Thread.sleep(300);
      awaitIdle();
      assertThat(pairs.read(ScoringPair::location).store().folder()).isEqualTo(second.toRealPath());
      world.store("followed-second", two, ServedWorld.NOW - 200);
      while (asOf() != ServedWorld.NOW - 200) {
        Thread.sleep(5);
      }
      awaitIdle();
    }
    assertThat(pairs.read(ScoringPair::location).store().folder()).isEqualTo(second.toRealPath());
  }

  @Test
  void aGenerationThatWasAskedForStaysUntilANewerOneIsPublished() throws Exception {
    Path model = world.model("encode", 1);
    Path store = world.store("chosen", model, ServedWorld.NOW);
    String older = Store.open(store).current();
    world.store("chosen", model, ServedWorld.NOW - 100);
    activation.activate(new PairLocation(model, store, older));
    try (PairWatch watch = follow()) {
      Thread.sleep(300);
      assertThat(generation()).isEqualTo(older);
      world.store("chosen", model, ServedWorld.NOW - 200);
      while (asOf() != ServedWorld.NOW - 200) {
        Thread.sleep(5);
      }
      awaitIdle();
    }
  }

  @Test
  void aPairThatTheDiskHeldBackIsTriedAgain() throws Exception {
    Path watched = Files.createDirectory(own.resolve("watched"));
    // A folder where the store's note of the forgotten should be cannot be read for now.
    Path built = Files.createDirectories(watched.resolve(".built"));
    copy(world.model("encode", 2), Files.createDirectory(built.resolve("model")));
    copy(world.pair(2).store().folder(), Files.createDirectory(built.resolve("store")));
    Files.createDirectory(built.resolve("store/forgotten"));
    Files.move(built, watched.resolve("2026-01-01"));
    try (PairWatch watch =
        new PairWatch(activation, pairs, watched, false, Duration.ofMillis(20))) {
      while (activation.lastRefused() == null) {
        Thread.sleep(5);
      }
      awaitModel(world.model("encode", 1));
      Files.delete(watched.resolve("2026-01-01/store/forgotten"));
      awaitModel(world.model("encode", 2));
      awaitIdle();
    }
  }

  @Test
  void theMachinesFailureIsNotThePairs() throws IOException {
    Path store = ownStore("store", 2);
    Files.createDirectory(store.resolve("forgotten"));
    PairLocation pair = new PairLocation(world.model("encode", 2), store, null);
    assertThatThrownBy(() -> activation.activate(pair))
        .isInstanceOf(Activation.LoadFailure.class)
        .hasMessageContaining(store.toString());
    assertThat(generation()).isEqualTo(world.pair(1).generation());
    assertThat(activation.isBusy()).isFalse();
  }

  @Test
  void aFolderThatIsNotThereIsNamedByItself() throws IOException {
    Path none = own.resolve("typo");
    assertThatThrownBy(() -> new ArtifactFolders(List.of(folder, none)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(none.toString());
    Path link = Files.createSymbolicLink(own.resolve("root"), folder);
    ArtifactFolders folders = new ArtifactFolders(List.of(link));
    Path model = world.model("encode", 1);
    assertThat(folders.existing(model)).isEqualTo(model.toRealPath());
    // Whoever turns the link afterwards opens nothing new.
    Files.delete(link);
    Files.createSymbolicLink(link, own);
    assertThatThrownBy(() -> folders.existing(Files.createDirectory(own.resolve("inside"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("outside");
  }
}
