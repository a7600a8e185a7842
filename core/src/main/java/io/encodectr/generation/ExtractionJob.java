package io.encodectr.generation;

import io.encodectr.dataset.Dataset;
import io.encodectr.file.FolderTree;
import io.encodectr.file.InputException;
import io.encodectr.file.Sha256;
import io.encodectr.generation.UserInterests.Feature;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.item.ItemTable;
import io.encodectr.model.CodeVersion;
import io.encodectr.model.DatasetMatch;
import io.encodectr.model.Model;
import io.encodectr.model.ModelSpec;
import io.encodectr.parallel.Chunks;
import io.encodectr.progress.Progress;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the interest generation of all users of a dataset as of one time, and puts it in use.
 * Events that arrived since the dataset was made may be joined to the histories ({@link
 * EventInput}); users who have only those get a record, too. Whoever was forgotten by the store is
 * represented by what came after, or left out.
 *
 * <p>An earlier generation of the store can be refreshed: users whose history has not changed keep
 * their record, see {@link EarlierGeneration}, and only the others are extracted. Unless these are
 * warm-started, the bytes are those of an extraction of all.
 *
 * <p>Users are worked on in fixed blocks of {@value #BLOCK}; a finished block is a checked file
 * under {@code store/.work-<key>/}, so a killed run goes on with the blocks it lacks, and with the
 * events it had begun with. The key is a digest of all that decides the bytes, so blocks of another
 * job are never mistaken for ours. The bytes do not depend on the number of threads or on being
 * resumed.
 *
 * <p>One job works in a work folder at a time (a file lock); it deletes the folders that killed
 * runs of other keys left in the store. Not thread-safe.
 */
public final class ExtractionJob {
  private static final Logger LOG = LoggerFactory.getLogger(ExtractionJob.class);

  /** Users in a block. */
  static final int BLOCK = 1024;

  private final Dataset dataset;
  private final Model model;
  private final ItemTable items;
  private final Path store;
  private final Options options;
  private final @Nullable EventInput events;

  /** Sees to it that blocks are extracted, on this machine or on others. */
  @FunctionalInterface
  public interface BlockRunner {
    /**
     * Returns when all blocks are written, by {@link Participant#extract} of whatever process.
     *
     * @param blocks numbers of the blocks
     */
    void run(int[] blocks) throws IOException;
  }

  /**
   * Choices of a run.
   *
   * @param asOf behaviors strictly before this time count, in seconds since the epoch; null: all
   * @param threads at least 1
   * @param overwrite whether a generation of the same model, dataset and time is made anew
   * @param keep how many generations stay in the store, the new one included; 0 = all
   * @param precision of the stored interest vectors
   * @param refresh null: all users are extracted
   */
  public record Options(
      @Nullable Long asOf,
      int threads,
      boolean overwrite,
      int keep,
      InterestPrecision precision,
      @Nullable Refresh refresh) {
    /** Checks the numbers. */
    public Options {
      if (threads < 1 || keep < 0) {
        throw new InputException(
            "threads must be at least 1 and keep at least 0, not " + threads + " and " + keep);
      }
      if (asOf != null && asOf < 0) {
        throw new InputException("the as-of time " + asOf + " is before 1970");
      }
    }

    /** Choices of a run that extracts all users and stores 32-bit floats. */
    public Options(@Nullable Long asOf, int threads, boolean overwrite, int keep) {
      this(asOf, threads, overwrite, keep, InterestPrecision.FLOAT32, null);
    }

    /** The same with another precision. */
    public Options with(InterestPrecision other) {
      return new Options(asOf, threads, overwrite, keep, other, refresh);
    }

    /** The same as a refresh. */
    public Options with(Refresh other) {
      return new Options(asOf, threads, overwrite, keep, precision, other);
    }
  }

  /**
   * How an earlier generation is refreshed.
   *
   * @param since its id, or {@value #CURRENT}; null: the one in use, if there is one that can be
   *     read and is of the same model, or else none
   * @param warmStart whether clustering begins with the centers of a user's earlier interests:
   *     faster, but interests may differ a little from those of an extraction from scratch
   */
  public record Refresh(@Nullable String since, boolean warmStart) {
    /** Names the generation in use. */
    public static final String CURRENT = "current";
  }

  /**
   * What a run did.
   *
   * @param users all users of the generation
   * @param usersWithoutHistory those without a behavior before the as-of time
   * @param interests number of interest vectors
   * @param generation id of the generation, now in use
   * @param asOf its as-of time
   * @param usersPerSecond users of this run (not of resumed blocks) by wall-clock time
   * @param resumedUsers users whose blocks an earlier run had finished
   * @param events how many events were joined to the histories
   * @param unknownItemEvents events that were not, because the model does not know the item
   * @param eventUsers users whom only the events know
   * @param eventsThrough arrival number of the last event that may be represented; null without an
   *     event log
   * @param since id of the generation that was refreshed; null for none
   * @param copiedUsers users of this run (not of resumed blocks) whose record was kept
   */
  public record Result(
      long users,
      long usersWithoutHistory,
      long interests,
      String generation,
      long asOf,
      double usersPerSecond,
      long resumedUsers,
      long events,
      long unknownItemEvents,
      long eventUsers,
      @Nullable Long eventsThrough,
      @Nullable String since,
      long copiedUsers) {}

  /**
   * Prepares a run without events.
   *
   * @see #ExtractionJob(Dataset, Model, ItemTable, Path, Options, EventInput)
   */
  public ExtractionJob(Dataset dataset, Model model, ItemTable items, Path store, Options options) {
    this(dataset, model, items, store, options, null);
  }

  /**
   * Prepares a run; checks that model and dataset belong together.
   *
   * @param items the model's items, one row an item index
   * @param events what to join to the histories; null for nothing
   * @throws InputException if the model's method stores nothing, or the dataset is another one
   */
  public ExtractionJob(
      Dataset dataset,
      Model model,
      ItemTable items,
      Path store,
      Options options,
      @Nullable EventInput events) {
    this.dataset = dataset;
    this.model = model;
    this.store = store;
    this.options = options;
    this.events = events;
    ModelSpec spec = model.spec();
    if (!spec.clustered() && spec.sequence().method().hasLong()) {
      throw new InputException(
          "method "
              + spec.method()
              + " stores no interests: it needs the whole history of a user at scoring time."
              + " extract works for encode (interests) and din (recent behaviors)");
    }
    DatasetMatch.require(dataset, model);
    this.items = items;
  }

  /**
   * Extracts, publishes and switches.
   *
   * @throws GenerationExistsException if the store already has this generation and overwriting is
   *     off
   * @throws InputException if the generation to be refreshed is not there or of another model
   * @throws IOException if reading or writing fails; finished blocks stay for the next run
   */
  public Result run(Progress progress) throws IOException {
    return run(progress, null);
  }

  /**
   * Extracts, publishes and switches; other processes extract. They take part by {@link #join} of a
   * job with the same dataset, model, store and options.
   *
   * @throws GenerationExistsException if the store already has this generation and overwriting is
   *     off
   * @throws InputException if events are to be joined, or a generation is to be refreshed
   * @throws IOException if reading or writing fails; finished blocks stay for the next run
   */
  public Result run(BlockRunner runner) throws IOException {
    if (events != null || options.refresh() != null) {
      throw new InputException(
          "events are joined, and generations refreshed, by a run in one process only");
    }
    return run(Progress.NONE, runner);
  }

  private Result run(Progress progress, @Nullable BlockRunner runner) throws IOException {
    Store target = Store.create(store);
    String since = since(target);
    Path work = ExtractionFolder.in(store, key());
    // A work folder beside the generation: the run that made it was killed before it switched.
    boolean goesOn = ExtractionInput.isFixed(work);
    try (ExtractionFolder folder = ExtractionFolder.lock(work)) {
      folder.clearOthers(store);
      if (!goesOn) {
        // Blocks that a run left when it was killed while clearing up are of other events.
        folder.empty();
      }
      Result result;
      try (ExtractionInput input =
          ExtractionInput.open(
              dataset, model.itemIds(), options.asOf(), events, since, work, target)) {
        String existing = target.find(manifest -> isSame(manifest, input));
        if (existing != null && !options.overwrite() && !goesOn) {
          folder.clear();
          throw new GenerationExistsException(
              "%s already holds generation %s of this model, dataset, time, precision, events and forgettings; --overwrite makes it anew"
                  .formatted(store, existing),
              existing);
        }
        try (EarlierGeneration earlier = earlier(target, input)) {
          result = new Run(target, work, input, earlier).extract(progress, runner);
        }
      }
      folder.clear();
      return result;
    }
  }

  /**
   * Takes part in a run of this job that another process has begun.
   *
   * @throws IOException if none is under way in the store
   */
  public Participant join() throws IOException {
    Path work = ExtractionFolder.in(store, key());
    if (!ExtractionInput.isFixed(work)) {
      throw new IOException(
          work
              + " is not there: the store must be on a file system that all machines share under"
              + " the same path");
    }
    Store shared = Store.create(store);
    ExtractionInput input =
        ExtractionInput.open(dataset, model.itemIds(), options.asOf(), null, null, work, shared);
    return new Participant(new Run(shared, work, input, null));
  }

  /** Extracts blocks of a run that another process has begun. Thread-safe. */
  public static final class Participant implements Closeable {
    private final Run run;

    private Participant(Run run) {
      this.run = run;
    }

    /** Extracts a block and writes it; once more does no harm. */
    public void extract(int block) throws IOException {
      run.newWorker().work(block);
    }

    @Override
    public void close() {
      run.input.close();
    }
  }

  /** The id of the generation to be refreshed; null for none. */
  private @Nullable String since(Store target) throws IOException {
    Refresh refresh = options.refresh();
    if (refresh == null) {
      return null;
    }
    String name = refresh.since();
    try {
      String id = name == null || name.equals(Refresh.CURRENT) ? target.current() : name;
      try (Generation generation = Generation.open(target.generation(id))) {
        EarlierGeneration.requireModel(generation.manifest(), id, model);
      }
      return id;
    } catch (InputException e) {
      if (name != null) {
        throw new InputException("--since " + name + ": " + e.getMessage(), e);
      }
      LOG.info("all users are extracted: {}", e.getMessage());
      return null;
    }
  }

  /** Null if none is of use; a run that goes on may find that it was deleted meanwhile. */
  private @Nullable EarlierGeneration earlier(Store target, ExtractionInput input)
      throws IOException {
    String since = input.fixed().since();
    if (since == null || !Files.exists(target.generation(since))) {
      return null;
    }
    EarlierGeneration earlier =
        EarlierGeneration.open(target, since, model, options.precision(), warmStart(), input);
    if (earlier.obstacle() != null) {
      LOG.info("no record of {} can be kept: {}", since, earlier.obstacle());
    }
    if (earlier.obstacle() != null && !warmStart()) {
      earlier.close();
      return null;
    }
    return earlier;
  }

  private boolean warmStart() {
    return options.refresh() != null && options.refresh().warmStart();
  }

  private boolean isSame(GenerationManifest manifest, ExtractionInput input) {
    ExtractionInput.Fixed fixed = input.fixed();
    return manifest.modelFingerprint().equals(model.fingerprint())
        && manifest.datasetFingerprint().equals(dataset.info().fingerprint())
        && manifest.isIn(options.precision())
        && (warmStart() || !manifest.isWarmStarted())
        && manifest.asOf() == fixed.asOf()
        && Objects.equals(manifest.eventsThrough(), fixed.eventsThrough())
        && Objects.equals(manifest.forgottenThrough(), input.tombstones().forgottenThrough());
  }

  /** Digest of everything that decides the bytes. */
  private String key() throws IOException {
    String identity =
        String.join(
            "\n",
            model.fingerprint(),
            dataset.info().fingerprint(),
            String.valueOf(options.asOf()),
            events == null ? "" : events.identity(),
            options.precision().label(),
            String.valueOf(options.refresh()),
            Integer.toString(GenerationHeader.VERSION),
            Integer.toString(BLOCK),
            CodeVersion.current());
    return new Sha256().update(identity).hex().substring(0, 16);
  }

  /** One run in its work folder. */
  private final class Run implements GenerationAssembly.Blocks {
    private final Store target;
    private final Path work;
    private final ExtractionInput input;
    private final @Nullable EarlierGeneration earlier;
    private final int users;
    private final GenerationAssembly assembly;
    private final LongAdder copied = new LongAdder();

    Run(Store target, Path work, ExtractionInput input, @Nullable EarlierGeneration earlier) {
      this.target = target;
      this.work = work;
      this.input = input;
      this.earlier = earlier;
      users = input.users().size();
      assembly = new GenerationAssembly(model, origin(), options.precision());
    }

    Result extract(Progress progress, @Nullable BlockRunner runner) throws IOException {
      long started = System.nanoTime();
      long resumed = extractBlocks(progress, runner);
      double seconds = (System.nanoTime() - started) / 1e9;
      Path built = work.resolve("generation");
      FolderTree.delete(built);
      GenerationManifest manifest = assembly.write(built, input.users(), this);
      ExtractionInput.Fixed fixed = input.fixed();
      String id = target.publish(built, input.tombstones());
      if (options.keep() > 0) {
        target.retain(options.keep());
      }
      return new Result(
          manifest.users(),
          manifest.usersWithoutHistory(),
          manifest.interests(),
          id,
          fixed.asOf(),
          (manifest.users() - resumed) / Math.max(seconds, 1e-9),
          resumed,
          fixed.joined(),
          fixed.unknownItems(),
          input.addedUsers(),
          fixed.eventsThrough(),
          fixed.since(),
          copied.sum());
    }

    private int usersIn(int block) {
      return Math.min(BLOCK, users - block * BLOCK);
    }

    private Path file(int block) {
      return work.resolve("block-%07d.bin".formatted(block));
    }

    private long extractBlocks(Progress progress, @Nullable BlockRunner runner) throws IOException {
      int[] missing = IntStream.range(0, count()).filter(block -> read(block) == null).toArray();
      long left = IntStream.of(missing).mapToLong(this::usersIn).sum();
      if (runner != null) {
        runner.run(missing);
        return users - left;
      }
      try (Progress.Task task = progress.begin("Extracting interests", left, "users")) {
        Chunks.run(
            missing.length,
            options.threads(),
            () -> {
              Chunks.Worker worker = newWorker();
              return i -> {
                worker.work(missing[i]);
                task.advance(usersIn(missing[i]));
              };
            });
      }
      return users - left;
    }

    /** One a thread. */
    Chunks.Worker newWorker() {
      UserExtractor extractor = new UserExtractor(model, items);
      JoinedHistory history = new JoinedHistory(dataset, input);
      return block -> write(block, extractor, history);
    }

    private @Nullable RecordBlock read(int block) {
      try {
        return RecordBlock.read(file(block), block * BLOCK, usersIn(block));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void write(int block, UserExtractor extractor, JoinedHistory history)
        throws IOException {
      int first = block * BLOCK;
      RecordBlock.Builder records =
          new RecordBlock.Builder(assembly.recordFormat(), first, usersIn(block));
      for (int user = first; user < first + usersIn(block); user++) {
        records.add(input.users().hash(user), record(user, extractor, history.of(user)));
      }
      // Two machines may be at one block, in processes of one number.
      Path own = work.resolve("block-" + UUID.randomUUID());
      records.build().write(own);
      Files.move(own, file(block), StandardCopyOption.ATOMIC_MOVE);
    }

    private UserInterests record(int user, UserExtractor extractor, UserHistory history) {
      Feature[] features = input.features(user);
      UserInterests before = earlier == null ? null : earlier.find(user);
      if (earlier != null && before != null && earlier.standsFor(before, history, features)) {
        copied.increment();
        return before;
      }
      return extractor.extract(
          history, input.users().hash(user), features, warmStart() ? before : null);
    }

    @Override
    public int count() {
      return Math.ceilDiv(users, BLOCK);
    }

    @Override
    public RecordBlock get(int block) throws IOException {
      RecordBlock finished = read(block);
      if (finished == null) {
        throw new IOException(file(block) + " changed on disk while it was in use");
      }
      return finished;
    }

    private GenerationOrigin origin() {
      ExtractionInput.Fixed fixed = input.fixed();
      return new GenerationOrigin(
          dataset.info().fingerprint(),
          CodeVersion.current(),
          fixed.asOf(),
          fixed.logEnd() == fixed.asOf() ? null : fixed.logEnd(),
          fixed.eventsLog(),
          fixed.eventsThrough(),
          input.tombstones().forgottenThrough(),
          warmStart());
    }
  }
}
