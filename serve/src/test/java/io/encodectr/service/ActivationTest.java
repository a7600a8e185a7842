package io.encodectr.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.behavior.EventLog;
import io.encodectr.file.FolderTree;
import io.encodectr.file.InputException;
import io.encodectr.generation.Generation;
import io.encodectr.generation.Store;
import io.encodectr.model.Model;
import io.encodectr.online.ServedWorld;
import io.encodectr.scoring.ScoreContext;
import io.encodectr.scoring.ScoringOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
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
  private EventLog log;
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
    log = EventLog.open(own.resolve("events"));
    activation =
        new Activation(
            pairs,
            new UserBehaviors(log, pairs, metrics),
            new RequestShapes(),
            metrics,
            new ArtifactFolders(List.of(folder, own)),
            Duration.ZERO,
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
    assertRefused(new PairLocation(one.store(), one.store(), null), "");
  }

  @Test
  void damagedWeightsAreRefused() throws IOException {
    Path model = own.resolve("model");
    copy(world.model("encode", 1), model);
    Path weights = model.resolve("weights.safetensors");
    flip(weights, Files.size(weights) / 2);
    // Another folder than the model in service, or the loaded model would be used again.
    assertRefused(new PairLocation(model, world.pair(1).store(), null), "");
  }

  @Test
  void aDamagedRecordIsRefusedThoughNobodyAskedForItYet() throws IOException {
    Path store = own.resolve("store");
    copy(world.pair(1).store(), store);
    Store opened = Store.open(store);
    Path file = opened.generation(opened.current()).resolve(Generation.FILE);
    flip(file, 128 + 60);
    assertRefused(new PairLocation(world.model("encode", 1), store, null), "damaged");
  }

  @Test
  void aCutOffGenerationIsRefused() throws IOException {
    Path store = own.resolve("store");
    copy(world.pair(1).store(), store);
    Store opened = Store.open(store);
    Path file = opened.generation(opened.current()).resolve(Generation.FILE);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 100));
    assertRefused(new PairLocation(world.model("encode", 1), store, null), "");
  }

  @Test
  void aMethodThatStoredInterestsCannotServeIsRefused() throws IOException {
    Path model = world.model("din-l", 3);
    assertRefused(new PairLocation(model, world.pair(1).store(), null), "");
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
    copy(two.store(), store);
    Path current = store.resolve("current");
    String id = Files.readString(current);
    Files.delete(current);
    if (new ProcessBuilder("mkfifo", current.toString()).start().waitFor() != 0) {
      return; // No named pipes here.
    }
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
    try (PairWatch watch = new PairWatch(activation, watched, null, Duration.ofMillis(20))) {
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
    copy(world.pair(seed == 4 ? 1 : seed).store(), Files.createDirectory(built.resolve("store")));
    return Files.move(built, watched.resolve(name));
  }

  @Test
  void aNewGenerationOfAFollowedStoreGoesIntoService() throws Exception {
    Path model = world.model("encode", 1);
    Path store = world.store("followed", model, ServedWorld.NOW);
    activation.activate(new PairLocation(model, store, null));
    PairLocation served = pairs.read(ScoringPair::location);
    try (PairWatch watch = new PairWatch(activation, null, served, Duration.ofMillis(20))) {
      world.store("followed", model, ServedWorld.NOW - 7_200);
      while (asOf() != ServedWorld.NOW - 7_200) {
        Thread.sleep(5);
      }
      awaitIdle();
    }
    FolderTree.delete(store);
    assertThat(scores()).as("files that are gone are still mapped").hasSize(1);
  }
}
