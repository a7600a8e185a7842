package io.encodectr.explorer;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.ModelItems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A small world to explore: users u0, u1, … of whom u0 has a long history and u5 none, one with a
 * hostile id, items with hostile names, a model of random weights and two generations.
 */
record ExplorerFixture(Path dataset, Path model, Path store, String older, String current) {
  static final String HOSTILE_USER = "../<img src=x onerror=alert(1)>&\"'";
  static final String HOSTILE_NAME = "<script>alert('name')</script><b>&amp;";
  static final int USERS = 12;
  static final int ITEMS = 90;
  static final int LONG_HISTORY = 1600;
  static final long START = 1_700_000_000L;
  static final long STEP = 10_000;
  static final long MIDDLE = START + STEP * LONG_HISTORY / 2;
  private static final String[] STYLES = {"Harbor", "Orchid", "Metro"};

  static ExplorerFixture in(Path folder) throws IOException {
    return in(folder, "encode");
  }

  static ExplorerFixture in(Path folder, String method) throws IOException {
    Path data = folder.resolve("data");
    Path model = folder.resolve("model");
    Path store = folder.resolve("store");
    String older;
    String current;
    try (Dataset dataset = behaviors(7).open(data)) {
      ModelFixture.write(model, method, dataset, 5);
      older = extract(dataset, model, store, MIDDLE);
      current = extract(dataset, model, store, null);
    }
    return new ExplorerFixture(data, model, store, older, current);
  }

  /** The same users and items; another seed gives other behaviors. */
  static DatasetFixture behaviors(long seed) {
    Random random = new Random(seed);
    DatasetFixture fixture =
        new DatasetFixture(USERS, ITEMS)
            .userIds(user -> user == 7 ? HOSTILE_USER : "u" + user)
            .itemNames(item -> item == 3 ? HOSTILE_NAME : STYLES[item % 3] + " thing " + item)
            .itemSets("kind", 6, item -> item % 5 == 4 ? new int[0] : new int[] {item % 6})
            .itemColumn("brand", 4, item -> item % 4)
            .itemNumbers("price", item -> item / 100f)
            .userColumn("country", 3, user -> user % 3)
            .clock();
    for (int user = 0; user < USERS; user++) {
      int length = user == 0 ? LONG_HISTORY : user == 5 ? 0 : 40 + 20 * user;
      for (int i = 0; i < length; i++) {
        long time = START + STEP * LONG_HISTORY * i / Math.max(1, length);
        fixture.behavior(user, random.nextInt(ITEMS), time);
      }
      fixture.train(user, 1, START + 1, 0);
    }
    return fixture;
  }

  static String extract(Dataset dataset, Path model, Path store, @Nullable Long asOf)
      throws IOException {
    Model loaded = Model.load(model);
    return new ExtractionJob(
            dataset,
            loaded,
            ModelItems.of(loaded).table(),
            store,
            new ExtractionJob.Options(asOf, 1, false, 0))
        .run(Progress.NONE)
        .generation();
  }

  LivePairs pairs() throws IOException {
    return new LivePairs(model, store);
  }
}
