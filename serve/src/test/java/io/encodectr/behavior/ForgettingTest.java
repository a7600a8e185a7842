package io.encodectr.behavior;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.behavior.folder.FolderEventLog;
import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.file.InputException;
import io.encodectr.generation.EventSource;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.generation.Generation;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.InterestStore;
import io.encodectr.generation.Store;
import io.encodectr.generation.Tombstones;
import io.encodectr.generation.UserInterests;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.ModelItems;
import io.encodectr.scoring.ScoreContext;
import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.ScoringModel;
import io.encodectr.scoring.UserEvents;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forgetting in log and stores, whole, cut off and beside readers. */
class ForgettingTest {
  private static final long SEED = 5;
  private static final int USERS = 60;
  private static final long START = 1_700_000_000L;
  private static final long NOW = START + 100_000;
  private static final ScoreContext CONTEXT = ScoreContext.at(NOW);
  private static final List<String> ITEMS = List.of("i1", "i2", "i30");

  @TempDir private static Path shared;
  private static Dataset dataset;
  private static Model model;

  @TempDir private Path folder;
  private final SetClock clock = new SetClock(NOW);
  private EventLog log;
  private Forgetting forgetting;

  @BeforeAll
  static void train() throws IOException {
    Random random = new Random(SEED);
    DatasetFixture fixture =
        new DatasetFixture(USERS, 100)
            .itemSets("genre", 7, i -> new int[] {i % 7})
            .userColumn("country", 5, u -> u % 5);
    for (int user = 0; user < USERS; user++) {
      fixture.history(user, START, random.ints(100 + user, 0, 100).toArray());
    }
    dataset = fixture.open(shared.resolve("dataset"));
    ModelFixture.write(shared.resolve("model"), "encode", dataset, SEED);
    model = Model.load(shared.resolve("model"));
  }

  @AfterAll
  static void closeDataset() {
    dataset.close();
  }

  @BeforeEach
  void open() throws IOException {
    log = FolderEventLog.open(folder.resolve("events"), new EventLogOptions(300, 4 << 20, clock));
    forgetting = new Forgetting(log, clock);
  }

  @AfterEach
  void close() {
    log.close();
  }

  private Store store(String name) throws IOException {
    Path path = folder.resolve(name);
    var options = new ExtractionJob.Options(null, 2, true, 0);
    new ExtractionJob(dataset, model, ModelItems.of(model).table(), path, options)
        .run(Progress.NONE);
    return Store.open(path);
  }

  private static UserInterests find(Store store, String user) throws IOException {
    try (Generation generation = store.openCurrent()) {
      generation.verify();
      return generation.find(user);
    }
  }

  private void append(String user, String item, long time) throws IOException {
    log.append(List.of(new Event(null, user, item, time, null)));
  }

  @Test
  void aForgottenUserScoresLikeAStranger() throws IOException {
    Store store = store("store");
    forgetting.join(store);
    append("u7", "i5", NOW);
    append("u8", "i5", NOW);
    try (Scorer scorer = Scorer.of(ScoringModel.of(model), store.openCurrent())) {
      var manifest = scorer.generation().manifest();
      float[] before = scorer.logits("u7", ITEMS, CONTEXT, since(log, "u7", manifest));
      forgetting.forget("u7");
      float[] after = scorer.logits("u7", ITEMS, CONTEXT, since(log, "u7", manifest));
      assertThat(after)
          .isNotEqualTo(before)
          .isEqualTo(scorer.logits("nobody", ITEMS, CONTEXT))
          .isEqualTo(scorer.logits("u7", ITEMS, CONTEXT, UserEvents.NONE));
      assertThat(since(log, "u8", manifest).items()).containsExactly("i5");
      // Back again.
      append("u7", "i6", Event.NOW);
      assertThat(scorer.logits("u7", ITEMS, CONTEXT, since(log, "u7", manifest)))
          .isEqualTo(scorer.logits("nobody", ITEMS, CONTEXT, since(log, "u7", manifest)))
          .isNotEqualTo(after);
    }
  }

  /** A generation that was replaced or deleted may still be mapped: its bytes are out of reach. */
  @Test
  void aDeletedGenerationThatIsStillOpenIsNotReadForTheUser() throws IOException {
    Store store = store("store");
    forgetting.join(store);
    try (Scorer scorer = Scorer.of(ScoringModel.of(model), store.openCurrent())) {
      Path generation = store.generation(store.current());
      Files.move(generation, folder.resolve("moved"));
      store("store");
      forgetting.forget("u7");
      assertThat(scorer.generation().find("u7").behaviors()).isEqualTo(107);
      var manifest = scorer.generation().manifest();
      assertThat(scorer.logits("u7", ITEMS, CONTEXT, since(log, "u7", manifest)))
          .isEqualTo(scorer.logits("nobody", ITEMS, CONTEXT));
    }
  }

  @Test
  void whatACrashCutOffIsFinishedWhenTheStoreJoins() throws IOException {
    Store store = store("store");
    append("u7", "i5", NOW);
    append("u9", "i5", NOW);
    // Noted, and then the process died.
    store.beginForgetting(Map.of(Tombstones.hash("u7"), clock.millis()));
    assertThat(find(store, "u7").behaviors()).isEqualTo(107);
    forgetting.join(store);
    assertThat(find(store, "u7").behaviors()).isZero();
    assertThat(find(store, "u8").behaviors()).isEqualTo(108);
    var manifest = manifest(store);
    assertThat(since(log, "u7", manifest).count()).isZero();
    assertThat(since(log, "u7", manifest).forgotten()).isTrue();
    assertThat(since(log, "u9", manifest).count()).isEqualTo(1);
    append("u7", "i6", Event.NOW);
    forgetting.join(store);
    assertThat(since(log, "u7", manifest).items()).containsExactly("i6");
  }

  private static io.encodectr.generation.GenerationManifest manifest(Store store)
      throws IOException {
    try (Generation generation = store.openCurrent()) {
      return generation.manifest();
    }
  }

  @Test
  void anErasureThatWasCutOffIsFinished() throws IOException {
    Store store = store("store");
    Path file = store.generation(store.current()).resolve(Generation.FILE);
    byte[] whole = Files.readAllBytes(file);
    store.beginForgetting(Map.of(Tombstones.hash("u7"), clock.millis()));
    // As if the first bytes of the empty record had reached the file, and no more.
    Store copy = store("copy");
    copy.forget("u7", clock.instant());
    byte[] erased = Files.readAllBytes(copy.generation(copy.current()).resolve(Generation.FILE));
    int from = 0;
    while (whole[from] == erased[from]) {
      from++;
    }
    System.arraycopy(erased, from, whole, from, 12);
    Files.write(file, whole);
    try (Generation generation = store.openCurrent()) {
      assertThatThrownBy(() -> generation.find("u7")).isInstanceOf(InputException.class);
    }
    forgetting.join(store);
    assertThat(find(store, "u7").behaviors()).isZero();
    assertThat(find(store, "u7").features()).hasSize(1);
    assertThat(find(store, "u8").behaviors()).isEqualTo(108);
  }

  /** A crash keeps any pages of a record's new bytes, and the first may hold an empty record. */
  @Test
  void anErasureThatWasCutOffAnywhereIsFinished() throws IOException {
    Store store = store("store");
    Path file = store.generation(store.current()).resolve(Generation.FILE);
    byte[] whole = Files.readAllBytes(file);
    store.forget("u7", clock.instant());
    byte[] erased = Files.readAllBytes(file);
    int from = Arrays.mismatch(whole, erased);
    int to = whole.length;
    while (whole[to - 1] == erased[to - 1]) {
      to--;
    }
    assertThat(to - from).isGreaterThan(4000);
    for (int cut = from + 1; cut < to; cut += cut % 512 == 0 ? 512 : 512 - cut % 512) {
      byte[] half = whole.clone();
      System.arraycopy(erased, from, half, from, cut - from);
      Files.write(file, half);
      clock.add(1);
      store.beginForgetting(Map.of(Tombstones.hash("u7"), clock.millis()));
      forgetting.join(store);
      assertThat(Files.readAllBytes(file)).as("cut off at %d", cut).isEqualTo(erased);
    }
  }

  /** As after a wrong clock at boot, or when a virtual machine goes on. */
  @Test
  void aClockThatStepsBackKeepsNothingFromBeingForgotten() throws IOException {
    Store store = store("store");
    forgetting.join(store);
    append("u7", "i5", NOW);
    append("u7", "i6", Event.NOW);
    clock.add(-60_000);
    forgetting.forget("u7");
    assertThat(since(log, "u7", manifest(store)).items()).isEmpty();
    log.close();
    open();
    forgetting.join(store);
    assertThat(since(log, "u7", manifest(store)).items()).isEmpty();
    try (EventSource snapshot = log.snapshot()) {
      snapshot.read((user, item, time, received) -> {
        throw new AssertionError("there is still an event of " + user);
      });
    }
    append("u7", "i8", Event.NOW);
    assertThat(since(log, "u7", manifest(store)).items()).containsExactly("i8");
  }

  /** What a store says of the forgotten is damaged: the others need not wait for it. */
  @Test
  void aStoreThatCannotNoteItKeepsNoOtherFromForgetting() throws IOException {
    Store first = store("first");
    Store second = store("second");
    forgetting.join(first);
    forgetting.join(second);
    append("u7", "i5", NOW);
    Files.writeString(first.folder().resolve("forgotten"), "nonsense\n");
    assertThatThrownBy(() -> forgetting.forget("u7")).hasMessageContaining("first");
    assertThat(find(second, "u7").behaviors()).isZero();
    assertThat(since(log, "u7", manifest(second)).items()).isEmpty();
    assertThat(since(log, "u7", manifest(second)).forgotten()).isTrue();
    Files.delete(first.folder().resolve("forgotten"));
    forgetting.join(first);
    assertThat(find(first, "u7").behaviors()).isZero();
  }

  /** A server that hangs costs one attempt, not one for each step. */
  @Test
  void aStoreThatFailsIsAskedOnce() throws IOException {
    Store store = store("store");
    AtomicBoolean hangs = new AtomicBoolean();
    AtomicInteger asked = new AtomicInteger();
    InterestStore distant =
        (InterestStore)
            Proxy.newProxyInstance(
                InterestStore.class.getClassLoader(),
                new Class<?>[] {InterestStore.class},
                (proxy, method, arguments) -> {
                  if (hangs.get() && !method.getName().equals("isGone")) {
                    asked.incrementAndGet();
                    throw new IOException("no answer");
                  }
                  return method.invoke(store, arguments);
                });
    forgetting.join(distant);
    append("u7", "i5", NOW);
    hangs.set(true);
    assertThatThrownBy(() -> forgetting.forget("u7")).hasMessageContaining("no answer");
    assertThat(asked.get()).isEqualTo(1);
    assertThat(since(log, "u7", manifest(store)).forgotten()).isTrue();
    hangs.set(false);
    forgetting.join(distant);
    assertThat(find(store, "u7").behaviors()).isZero();
  }

  /** A store that may only be read can be served. */
  @Test
  void aStoreWhereNothingIsToBeDoneIsNotWrittenTo() throws IOException {
    Store store = store("store");
    Path lock = store.folder().resolve(".lock");
    Files.delete(lock);
    forgetting.join(store);
    assertThat(lock).doesNotExist();
    forgetting.forget("u7");
    Files.delete(lock);
    forgetting.join(store);
    assertThat(lock).doesNotExist();
  }

  @Test
  void allStoresThatJoinAgree() throws IOException {
    Store first = store("first");
    Store second = store("second");
    forgetting.join(first);
    first.forget("u3", clock.instant());
    forgetting.join(second);
    assertThat(find(second, "u3").behaviors()).isEqualTo(103); // The log had not heard of it.
    forgetting.join(first);
    assertThat(find(second, "u3").behaviors()).isZero();
    forgetting.forget("u4");
    assertThat(find(first, "u4").behaviors()).isZero();
    assertThat(find(second, "u4").behaviors()).isZero();
    Store gone = store("gone");
    forgetting.join(gone);
    Files.move(gone.folder(), folder.resolve("deleted"));
    forgetting.forget("u6");
    assertThat(find(first, "u6").behaviors()).isZero();
    Store third = store("third");
    forgetting.join(third);
    assertThat(find(third, "u3").behaviors()).isZero();
    assertThat(find(third, "u4").behaviors()).isZero();
    // And no extraction brings them back.
    for (Store store : List.of(first, second, third)) {
      store(store.folder().getFileName().toString());
      assertThat(find(store, "u3")).isNull();
      assertThat(find(store, "u4")).isNull();
      assertThat(find(store, "u5").behaviors()).isEqualTo(105);
    }
  }

  @Test
  void tombstonesOutliveACutOffLineAndRefuseAChangedOne() throws IOException {
    Store store = store("store");
    store.forget("u1", clock.instant());
    Path file = folder.resolve("store/forgotten");
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, 40), StandardOpenOption.APPEND);
    assertThat(store.tombstones().times()).containsOnlyKeys(Tombstones.hash("u1"));
    store.forget("u2", clock.instant());
    assertThat(store.tombstones().times())
        .containsOnlyKeys(Tombstones.hash("u1"), Tombstones.hash("u2"));
    assertThat(Files.readAllLines(file)).hasSize(4);
    Files.writeString(file, Files.readString(file).replaceFirst("1", "2"));
    assertThatThrownBy(store::tombstones)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 1");
  }

  @Test
  void aDamagedGenerationIsNamedAndTheOthersAreDone() throws IOException {
    Store store = store("store");
    String id = store.current();
    Path bad = Files.createDirectory(store.generation("0-bad"));
    Files.writeString(bad.resolve("manifest.json"), "{}");
    forgetting.join(store);
    assertThatThrownBy(() -> forgetting.forget("u7"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("0-bad");
    assertThat(find(store, "u7").behaviors()).isZero();
    assertThat(store.current()).isEqualTo(id);
    Files.delete(bad.resolve("manifest.json"));
    Files.delete(bad);
    forgetting.join(store);
    store.finishForgetting();
  }

  @Test
  void aStoreThatCannotBeErasedKeepsNoOtherOneBack() throws IOException {
    Store damaged = store("damaged");
    Path generation = damaged.generation(damaged.current());
    Files.move(generation.resolve(Generation.FILE), folder.resolve("kept"));
    Files.writeString(generation.resolve(Generation.FILE), "cut off");
    Store sound = store("sound");
    Store later = store("later");
    forgetting.join(damaged);
    forgetting.join(sound);
    assertThatThrownBy(() -> forgetting.forget("u7"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("damaged");
    assertThat(find(sound, "u7").behaviors()).isZero();
    assertThat(since(log, "u7", manifest(sound)).forgotten()).isTrue();
    forgetting.join(later);
    assertThat(find(later, "u7").behaviors()).isZero();
    assertThat(forgetting.unfinished()).contains("damaged");
    forgetting.leave(damaged);
    assertThat(forgetting.includes(damaged)).isFalse();
    assertThat(forgetting.unfinished()).isNull();
    forgetting.forget("u8");
    assertThat(find(sound, "u8").behaviors()).isZero();
    // Back and whole, it hears of both.
    Files.move(
        folder.resolve("kept"),
        generation.resolve(Generation.FILE),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    forgetting.join(damaged);
    assertThat(forgetting.unfinished()).isNull();
    assertThat(find(damaged, "u7").behaviors()).isZero();
    assertThat(find(damaged, "u8").behaviors()).isZero();
  }

  /** Readers see the record or the empty one, and never an error. */
  @Test
  void readersBesideAnErasureSeeOneOrTheOther() throws Exception {
    Store store = store("store");
    forgetting.join(store);
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService pool = Executors.newFixedThreadPool(3);
        Generation generation = store.openCurrent()) {
      List<Future<Long>> readers = new java.util.ArrayList<>();
      for (int r = 0; r < 3; r++) {
        readers.add(
            pool.submit(() -> {
              long reads = 0;
              while (!over.get()) {
                for (int user = 0; user < USERS; user++) {
                  UserInterests record = generation.find("u" + user);
                  assertThat(record.behaviors()).isIn(0, 100 + user);
                  assertThat(record.recentItems()).hasSize(record.behaviors() == 0 ? 0 : 50);
                  reads++;
                }
              }
              return reads;
            }));
      }
      for (int user = 0; user < 10; user++) {
        forgetting.forget("u" + user);
      }
      over.set(true);
      for (Future<Long> reader : readers) {
        assertThat(reader.get()).isPositive();
      }
      generation.verify();
      assertThat(find(store, "u0").behaviors()).isZero();
    }
  }

  private static UserEvents since(EventLog log, String user, GenerationManifest generation)
      throws IOException {
    return log.since(user, generation, 50, item -> true, Long.MAX_VALUE);
  }
}
