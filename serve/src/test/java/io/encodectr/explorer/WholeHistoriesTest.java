package io.encodectr.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.generation.EventInput;
import io.encodectr.generation.EventList;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.generation.Store;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.ModelItems;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a dataset is shown as the history behind a generation, and when not. */
class WholeHistoriesTest {
  private static final long SEED = 5;
  private static final int USERS = 20;
  private static final int LENGTH = 80;
  private static final long START = 1_700_000_000L;
  private static final long FORGOTTEN = START + 1_000_000;

  @TempDir private Path folder;

  private Path dataset(String name, long seed, String method) throws IOException {
    Random random = new Random(seed);
    DatasetFixture fixture =
        new DatasetFixture(USERS, 100).itemSets("genre", 7, i -> new int[] {i % 7});
    for (int user = 0; user < USERS; user++) {
      fixture.history(user, START, random.ints(LENGTH, 0, 100).toArray());
    }
    Path path = folder.resolve(name);
    try (Dataset dataset = fixture.open(path)) {
      if (!method.isEmpty()) {
        ModelFixture.write(folder.resolve("model"), method, dataset, SEED);
      }
    }
    return path;
  }

  private void extract(Path data, @Nullable EventInput events) throws IOException {
    Model model = Model.load(folder.resolve("model"));
    try (Dataset dataset = Dataset.open(data)) {
      new ExtractionJob(
              dataset,
              model,
              ModelItems.of(model).table(),
              folder.resolve("store"),
              new ExtractionJob.Options(null, 1, true, 0),
              events)
          .run(Progress.NONE);
    }
  }

  private UserView view(Path data, String user) throws IOException {
    try (LivePairs live = new LivePairs(folder.resolve("model"), folder.resolve("store"));
        Explorer explorer = new Explorer(live, data)) {
      return explorer.user(user, null);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"din", "encode"})
  void aForgottenUserWhoCameBackHasNoHistoryFromBefore(String method) throws IOException {
    Path data = dataset("data", SEED, method);
    Store.create(folder.resolve("store")).forget("u7", Instant.ofEpochSecond(FORGOTTEN));
    EventList events = new EventList();
    for (int i = 0; i < 60; i++) {
      events.add("u7", "i" + i, FORGOTTEN + 1 + i, (FORGOTTEN + 1 + i) * 1000);
    }
    extract(data, events);
    UserView view = view(data, "u7");
    assertThat(view.behaviors()).isEqualTo(60);
    assertThat(view.timeline().times()).hasSize(50).allMatch(time -> time > FORGOTTEN);
    assertThat(view.note()).contains("forgotten");
    assertThat(view(data, "u8").timeline().times()).hasSize(LENGTH);
  }

  @Test
  void aDatasetThatNothingProvesIsNotTakenForTheTruth() throws IOException {
    Path made = dataset("made", SEED, "din");
    Path other = dataset("other", SEED + 1, "");
    extract(made, null);
    UserView view = view(other, "u3");
    assertThat(view.note()).contains("other behaviors of this user than the dataset");
    assertThat(view.timeline().times()).hasSize(50);
    UserView whole = view(made, "u3");
    assertThat(whole.note()).isNull();
    assertThat(whole.timeline().times()).hasSize(LENGTH);
  }
}
