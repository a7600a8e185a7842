package io.encodectr.generation;

import static io.encodectr.generation.EventFixture.END;
import static io.encodectr.generation.EventFixture.ITEMS;
import static io.encodectr.generation.EventFixture.SEED;
import static io.encodectr.generation.EventFixture.START;
import static io.encodectr.generation.EventFixture.USERS;
import static io.encodectr.generation.EventFixture.entries;
import static io.encodectr.generation.EventFixture.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.dataset.Dataset;
import io.encodectr.file.FolderTree;
import io.encodectr.file.InputException;
import io.encodectr.generation.ExtractionJob.Options;
import io.encodectr.generation.ExtractionJob.Refresh;
import io.encodectr.generation.ExtractionJob.Result;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.ModelItems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A refresh gives what an extraction of all gives, whatever happened in between. */
class RefreshTest {
  private static final Refresh CURRENT = new Refresh(Refresh.CURRENT, false);
  private static final Refresh WARM = new Refresh(Refresh.CURRENT, true);
  private static final Options ALL = new Options(null, 2, true, 0);

  @TempDir private static Path shared;
  private static Dataset dataset;
  private static Model model;

  @TempDir private Path folder;
  private Path store;
  private Path full;

  @BeforeAll
  static void makeDataset() throws IOException {
    dataset = EventFixture.dataset(shared.resolve("dataset"), USERS, false);
    ModelFixture.write(shared.resolve("model"), "encode", dataset, SEED);
    model = Model.load(shared.resolve("model"));
  }

  @AfterAll
  static void closeDataset() {
    dataset.close();
  }

  @BeforeEach
  void nameStores() {
    store = folder.resolve("store");
    full = folder.resolve("full");
  }

  private static Result extract(Path into, EventInput events, Options options) throws IOException {
    return extract(into, dataset, events, options, Progress.NONE);
  }

  private static Result extract(
      Path into, Dataset data, EventInput events, Options options, Progress progress)
      throws IOException {
    return new ExtractionJob(data, model, ModelItems.of(model).table(), into, options, events)
        .run(progress);
  }

  /** The generations in use are the same in all bytes, the manifest's included. */
  private void requireSameAsFull() throws IOException {
    Store refreshed = Store.open(store);
    Store whole = Store.open(full);
    assertThat(refreshed.current()).isEqualTo(whole.current());
    for (String file : new String[] {Generation.FILE, GenerationManifest.FILE}) {
      assertThat(refreshed.generation(refreshed.current()).resolve(file))
          .hasSameBinaryContentAs(whole.generation(whole.current()).resolve(file));
    }
  }

  /** Users of the dataset to whom an event adds something. */
  private static Set<String> changed() {
    return entries().stream()
        .filter(each -> each.time() >= END)
        .filter(each -> Integer.parseInt(each.item().substring(1)) < ITEMS)
        .map(EventList.Entry::user)
        .filter(user -> Integer.parseInt(user.substring(1)) < USERS)
        .collect(Collectors.toSet());
  }

  @Test
  void onlyUsersWithNewEventsAreExtracted() throws IOException {
    String before = extract(store, null, ALL).generation();
    Result result = extract(store, events(), ALL.with(CURRENT));
    assertThat(result.since()).isEqualTo(before);
    assertThat(result.copiedUsers()).isEqualTo(USERS - changed().size()).isPositive();
    assertThat(result.eventUsers()).isPositive();
    extract(full, events(), ALL);
    requireSameAsFull();
    // And once more, users whom only the events know among those that are kept.
    EventList more = events().add("u3", "i3", END + 3000, END * 1000).add("x", "i4", END, 1);
    result = extract(store, more, ALL.with(new Refresh(result.generation(), false)));
    assertThat(result.copiedUsers()).isEqualTo(result.users() - 2);
    extract(full, more, ALL);
    requireSameAsFull();
  }

  @Test
  void anEarlierTimeIsRefreshedToo() throws IOException {
    extract(store, null, ALL);
    Options early = new Options(START + 20, 2, true, 0);
    Result result = extract(store, null, early.with(CURRENT));
    assertThat(result.copiedUsers()).isBetween(1L, USERS - 1L);
    extract(full, null, early);
    requireSameAsFull();
  }

  @Test
  void forgottenUsersAreExtractedFromWhatIsLeft() throws IOException {
    Instant during = Instant.ofEpochSecond(START + 8 + 40);
    for (Path each : new Path[] {store, full}) {
      extract(each, null, ALL);
      Store.open(each).forget("u58", during);
      Store.open(each).forget("u59", Instant.ofEpochSecond(END));
    }
    Result result = extract(store, null, ALL.with(CURRENT));
    assertThat(result.users()).isEqualTo(USERS - 1);
    assertThat(result.copiedUsers()).isEqualTo(USERS - 2);
    extract(full, null, ALL);
    requireSameAsFull();
    try (Generation generation = Store.open(store).openCurrent()) {
      assertThat(generation.find("u58").behaviors()).isEqualTo(58 - 41);
      assertThat(generation.find("u59")).isNull();
    }
  }

  @Test
  void aDamagedRecordIsMadeAnew() throws IOException {
    Path file = Store.open(extractInto(store)).generation(current(store)).resolve(Generation.FILE);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    Result result = extract(store, events(), ALL.with(CURRENT));
    assertThat(result.copiedUsers()).isBetween(1L, (long) USERS - changed().size());
    extract(full, events(), ALL);
    requireSameAsFull();
  }

  private static Path extractInto(Path store) throws IOException {
    extract(store, null, ALL);
    return store;
  }

  private static String current(Path store) {
    return Store.open(store).current();
  }

  @Test
  void changedColumnsAreSeen() throws IOException {
    extract(store, null, ALL);
    try (Dataset other = EventFixture.dataset(folder.resolve("other"), USERS, false, 3)) {
      Result result = extract(store, other, null, ALL.with(CURRENT), Progress.NONE);
      assertThat(result.copiedUsers()).isEqualTo(USERS - 1);
      extract(full, other, null, ALL, Progress.NONE);
      requireSameAsFull();
    }
  }

  @Test
  void recordsOfAnotherPrecisionAreNotCopied() throws IOException {
    extract(store, null, ALL);
    Options half = ALL.with(InterestPrecision.FLOAT16);
    assertThat(extract(store, null, half.with(CURRENT)).copiedUsers()).isZero();
    extract(full, null, half);
    requireSameAsFull();
    assertThat(extract(store, events(), half.with(CURRENT)).copiedUsers()).isPositive();
    extract(full, events(), half);
    requireSameAsFull();
  }

  @Test
  void recordsOfAnotherVersionAreNotCopied() throws IOException {
    Path manifest =
        Store.open(extractInto(store)).generation(current(store)).resolve(GenerationManifest.FILE);
    String text = Files.readString(manifest);
    Files.writeString(
        manifest, text.replaceAll("\"created_by\" : \"[^\"]*\"", "\"created_by\" : \"0\""));
    assertThat(extract(store, events(), ALL.with(CURRENT)).copiedUsers()).isZero();
    extract(full, events(), ALL);
    requireSameAsFull();
  }

  @Test
  void whatCannotBeRefreshedIsRefused() throws IOException {
    assertThatThrownBy(() -> extract(store, null, ALL.with(CURRENT)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--since current");
    ModelFixture.write(folder.resolve("other"), "encode", dataset, SEED + 1);
    Model other = Model.load(folder.resolve("other"));
    new ExtractionJob(dataset, other, ModelItems.of(other).table(), store, ALL).run(Progress.NONE);
    assertThatThrownBy(() -> extract(store, null, ALL.with(CURRENT)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("another model")
        .hasMessageContaining("without --since");
    assertThatThrownBy(() -> extract(store, null, ALL.with(new Refresh("gone", false))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--since gone");
    // Where nothing was asked for by name, all users are extracted.
    Result result = extract(store, null, ALL.with(new Refresh(null, false)));
    assertThat(result.since()).isNull();
    assertThat(result.copiedUsers()).isZero();
    assertThat(extract(store, events(), ALL.with(new Refresh(null, false))).since())
        .isEqualTo(result.generation());
  }

  private static Progress stopping() {
    return (name, total, unit) ->
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
  }

  @Test
  void aStoppedRefreshMayLoseWhatItRefreshed() throws IOException {
    extract(store, null, ALL);
    String since = current(store);
    Options one = new Options(null, 1, false, 0).with(CURRENT);
    assertThatThrownBy(() -> extract(store, dataset, events(), one, stopping()))
        .hasMessage("stopped");
    FolderTree.delete(Store.open(store).generation(since));
    Files.delete(store.resolve("current"));
    Options named = new Options(null, 1, false, 0).with(new Refresh(since, false));
    assertThatThrownBy(() -> extract(store, events(), named)).hasMessageContaining(since);
    Result result = extract(store, events(), one.with(new Refresh(null, false)));
    assertThat(result.resumedUsers()).isZero();
    extract(full, events(), ALL);
    requireSameAsFull();
  }

  @Test
  void aStoppedRefreshIsResumed() throws IOException {
    extract(store, null, ALL);
    Options one = new Options(null, 1, false, 0).with(CURRENT);
    assertThatThrownBy(() -> extract(store, dataset, events(), one, stopping()))
        .hasMessage("stopped");
    Result result = extract(store, events(), one);
    assertThat(result.resumedUsers()).isEqualTo(ExtractionJob.BLOCK);
    assertThat(result.copiedUsers()).isBetween(1L, (long) USERS - ExtractionJob.BLOCK);
    extract(full, events(), ALL);
    requireSameAsFull();
  }

  @Test
  void nothingNewIsSaidSo() throws IOException {
    String id = extract(store, events(), ALL).generation();
    Options options = new Options(null, 2, false, 0);
    for (Refresh refresh : new Refresh[] {CURRENT, WARM}) {
      assertThatThrownBy(() -> extract(store, events(), options.with(refresh)))
          .isInstanceOfSatisfying(
              GenerationExistsException.class, e -> assertThat(e.generation()).isEqualTo(id));
    }
    assertThat(Store.open(store).ids()).hasSize(1);
  }

  /** Whoever has not changed keeps the exact record; the others have interests as good. */
  @Test
  void aWarmStartIsMarkedAndNotTakenForExact() throws IOException {
    extract(store, null, ALL);
    Result warm = extract(store, events(), ALL.with(WARM));
    assertThat(warm.copiedUsers()).isEqualTo(USERS - changed().size());
    extract(full, events(), ALL);
    try (Generation actual = Store.open(store).openCurrent();
        Generation expected = Store.open(full).openCurrent()) {
      actual.verify();
      assertThat(actual.manifest().warmStarted()).isTrue();
      assertThat(actual.users()).isEqualTo(expected.users());
      int moved = 0;
      for (long rank = 0; rank < actual.users(); rank++) {
        UserInterests found = actual.read(rank);
        UserInterests exact = expected.read(rank);
        assertThat(found.behaviors()).isEqualTo(exact.behaviors());
        assertThat(found.recentItems()).isEqualTo(exact.recentItems());
        assertThat(Arrays.stream(found.masses()).sum()).isEqualTo(exact.represented());
        if (Arrays.equals(found.vectors(), exact.vectors())) {
          continue;
        }
        moved++;
        assertThat(changed()).contains(actual.userId(rank));
      }
      assertThat(moved).isPositive();
    }
    assertThat(extract(store, events(), ALL.with(CURRENT)).copiedUsers()).isZero();
    requireSameAsFull();
    String manifest =
        Files.readString(
            Store.open(full).generation(current(full)).resolve(GenerationManifest.FILE),
            StandardCharsets.UTF_8);
    assertThat(manifest).doesNotContain("warm_started");
  }
}
