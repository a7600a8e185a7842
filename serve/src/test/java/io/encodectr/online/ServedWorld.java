package io.encodectr.online;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.generation.Store;
import io.encodectr.http.Limits;
import io.encodectr.http.ListenAddress;
import io.encodectr.http.ServerOptions;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.ScoringModel;
import io.encodectr.scoring.ScoringOptions;
import io.encodectr.service.PairLocation;
import io.encodectr.service.ScoringPair;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A small dataset, models of random weights for it, and stores of theirs, in a folder. */
public final class ServedWorld implements AutoCloseable {
  /** Users u0, u1, …; the last one has no behaviors. */
  public static final int USERS = 40;

  /** Items i0, i1, …. */
  public static final int ITEMS = 300;

  /** Behaviors happened before this time. */
  public static final long NOW = 1_700_100_000L;

  private final Path folder;
  private final Dataset dataset;

  private ServedWorld(Path folder, Dataset dataset) {
    this.folder = folder;
    this.dataset = dataset;
  }

  public static ServedWorld in(Path folder) throws IOException {
    DatasetFixture fixture =
        new DatasetFixture(USERS, ITEMS)
            .itemColumn("brand", 11, i -> i % 11)
            .itemNames(i -> i % 2 == 0 ? "Item number " + i : "")
            .userColumn("country", 5, u -> u % 6 - 1)
            .userNumbers("age", u -> u % 13 / 13f)
            .clock()
            .context("device", 3, s -> s % 4 - 1)
            .contextNumber("depth", s -> s * 37 % 1000);
    for (int user = 0; user < USERS - 1; user++) {
      for (int i = 0; i <= user * 3; i++) {
        fixture.behavior(user, (user * 31 + i * 7) % ITEMS, NOW - 20_000 + i * 60L);
      }
      fixture.train(user, user, NOW - 100, user % 2).test(user, user + 1, NOW, 1);
    }
    return new ServedWorld(folder, fixture.open(folder.resolve("dataset")));
  }

  public Dataset dataset() {
    return dataset;
  }

  public Path folder() {
    return folder;
  }

  /** A model of a method with weights of a seed. */
  public Path model(String method, long seed) throws IOException {
    Path path = folder.resolve(method + "-" + seed);
    if (!path.toFile().exists()) {
      ModelFixture.write(path, method, dataset, seed);
    }
    return path;
  }

  /** Extracts a generation into a store. */
  public Path store(String name, Path model, long asOf) throws IOException {
    Path path = folder.resolve(name);
    ScoringModel scoring = ScoringModel.of(Model.load(model));
    new ExtractionJob(
            dataset,
            scoring.model(),
            scoring.items().table(),
            path,
            new ExtractionJob.Options(asOf, 1, false, 0))
        .run(Progress.NONE);
    return path;
  }

  /** An ENCODE model of a seed, and a store of its own. */
  public PairLocation pair(long seed) throws IOException {
    Path model = model("encode", seed);
    Path store = folder.resolve("store-" + seed);
    if (!store.toFile().exists()) {
      store("store-" + seed, model, NOW);
    }
    return new PairLocation(model, store, Store.open(store).current());
  }

  /** Opens a pair whose store is a folder. */
  public static ScoringPair open(PairLocation pair) throws IOException {
    return ScoringPair.open(Store.open(pair.store().folder()), pair, null, ScoringOptions.DEFAULT);
  }

  /** Options of a service on free ports of this machine. */
  public OnlineOptions options(PairLocation pair) {
    return new OnlineOptions(
        pair,
        folder.resolve("events-" + System.nanoTime()),
        server(Limits.DEFAULT),
        2,
        64,
        Duration.ofSeconds(5),
        null,
        Duration.ZERO,
        List.of(folder),
        null,
        false);
  }

  public static ServerOptions server(Limits limits) {
    ListenAddress any = new ListenAddress("127.0.0.1", 0);
    return new ServerOptions(any, any, null, null, limits, Duration.ZERO, Duration.ofSeconds(10));
  }

  @Override
  public void close() {
    dataset.close();
  }
}
