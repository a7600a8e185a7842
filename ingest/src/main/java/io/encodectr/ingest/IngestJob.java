package io.encodectr.ingest;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.DatasetFingerprint;
import io.encodectr.dataset.DatasetInfo;
import io.encodectr.dataset.Schema;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.file.Sha256;
import io.encodectr.file.WorkFolder;
import io.encodectr.model.CodeVersion;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * Turns a log into a dataset. The log is loaded and sorted by DuckDB, in as much memory as it is
 * told, and streamed into columns; the dataset appears whole or not at all. The same log and
 * options give the same bytes, whatever the threads and the memory.
 */
public final class IngestJob {
  private static final String SCRATCH = ".scratch";

  private final IngestOptions options;
  private final Progress progress;

  /** A job; {@link #run} runs it once. */
  public IngestJob(IngestOptions options, Progress progress) {
    this.options = options;
    this.progress = progress;
  }

  /**
   * Writes the dataset.
   *
   * @return {@code users, items, behaviors, train_samples, test_samples, rejected} and more, in the
   *     order to show them
   * @throws InputException if the input cannot be used; nothing is left behind
   * @throws IOException if reading or writing fails; nothing is left behind
   */
  public SequencedMap<String, Object> run() throws IOException {
    try (WorkFolder work = WorkFolder.create(options.out(), options.overwrite())) {
      Path scratch = Files.createDirectories(work.path().resolve(SCRATCH));
      Written written;
      try (Arena arena = Arena.ofConfined();
          Database database =
              Database.open(scratch.resolve("spill"), options.memory(), options.threads())) {
        written = new Run(work.path(), scratch, database, arena).run();
      }
      delete(scratch);
      String fingerprint = DatasetFingerprint.of(work.path());
      Json.write(work.path().resolve(DatasetInfo.FILE), written.info.withFingerprint(fingerprint));
      work.commit();
      return written.result;
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> paths;
    try (Stream<Path> tree = Files.walk(folder)) {
      paths = new ArrayList<>(tree.toList());
    }
    for (Path path : paths.reversed()) {
      Files.delete(path);
    }
  }

  private LogDescription describe(Path scratch, Rejects rejects) throws IOException {
    Path mapping = options.mapping();
    LogFormat format = options.format();
    boolean builtIn = format == LogFormat.MOVIELENS || format == LogFormat.AMAZON;
    if (builtIn && mapping != null) {
      throw new InputException(
          "--format " + format.key() + " needs no --mapping; use --format csv, jsonl or parquet");
    }
    if (!builtIn && mapping == null) {
      throw new InputException(
          "--format "
              + format.key()
              + " needs --mapping FILE.yaml, which says what the columns are");
    }
    LogDescription log =
        switch (format) {
          case MOVIELENS -> MovieLens.describe(options.input(), scratch);
          case AMAZON -> AmazonReviews.describe(options.input(), scratch, rejects, progress);
          case CSV, JSONL, PARQUET ->
              MappingFile.read(
                  java.util.Objects.requireNonNull(mapping),
                  FileFormat.valueOf(format.name()),
                  options.input());
        };
    Double positiveAt = options.positiveAt();
    if (positiveAt == null) {
      return log;
    }
    if (log.interactionsOnly()) {
      throw new InputException(
          "--positive-at: this log has no labels, every row of it is a positive");
    }
    return log.withPositiveAt(positiveAt);
  }

  /** What was written, still without a fingerprint, and what to tell. */
  private record Written(DatasetInfo info, SequencedMap<String, Object> result) {}

  /** One run with its open resources. */
  private final class Run {
    private final Path folder;
    private final Path scratch;
    private final Database database;
    private final Arena arena;
    private final Rejects rejects = new Rejects(options.maxRejectShare());
    private final Sha256 checksum = new Sha256();

    Run(Path folder, Path scratch, Database database, Arena arena) {
      this.folder = folder;
      this.scratch = scratch;
      this.database = database;
      this.arena = arena;
    }

    Written run() throws IOException {
      LogDescription log = describe(scratch, rejects);
      load(log);
      long usable = database.number("SELECT count(*) FROM log WHERE reason IS NULL");
      if (usable == 0) {
        throw new InputException(options.input() + " holds no usable row");
      }
      int items = codes(log);
      Path eventFolder = scratch.resolve("events");
      long duplicates = EventWriter.write(eventFolder, log, database, usable, progress);
      database.run("DROP TABLE log");
      Events events = Events.map(eventFolder, log, duplicates, arena);
      return write(log, events, items);
    }

    private void load(LogDescription log) throws IOException {
      TableLoader loader = new TableLoader(database, rejects, checksum, progress);
      LogLoader.load(log, loader, database);
      if (log.items() != null) {
        CatalogLoader.load("items", log.items(), loader, database);
      }
      if (log.users() != null) {
        CatalogLoader.load("users", log.users(), loader, database);
      }
    }

    /** Gives all ids their codes; returns the number of item codes. */
    private int codes(LogDescription log) throws IOException {
      String of = " AS id FROM log WHERE reason IS NULL";
      Codes.create(database, "user_codes", "SELECT DISTINCT u" + of);
      String items = "SELECT DISTINCT i" + of;
      Catalog catalog = log.items();
      if (catalog != null && catalog.all() && options.minCount() == 1) {
        items += " UNION SELECT id FROM " + CatalogLoader.usable("items");
      }
      if (log.pageView() != null) {
        Codes.create(database, "page_view_codes", "SELECT DISTINCT p" + of + " AND p IS NOT NULL");
      }
      List<ColumnField> context = LogLoader.read(log);
      for (int c = 0; c < context.size(); c++) {
        if (context.get(c).categorical()) {
          String value = "c" + c;
          Codes.create(
              database,
              "context_codes_" + c,
              "SELECT DISTINCT " + value + of + " AND " + value + " IS NOT NULL");
        }
      }
      return Codes.create(database, "item_codes", items);
    }

    private Written write(LogDescription log, Events events, int items) throws IOException {
      KCore core = KCore.of(events, items, options.minCount());
      if (core.users() == 0) {
        throw new InputException(
            "no user is left: nobody has "
                + options.minCount()
                + " interactions with items that have as many; give a smaller --min-count");
      }
      History history = options.history() == null ? log.history() : options.history();
      long samplesFrom = samplesFrom(log);
      long splitTime = TimeSplit.of(events, core, samplesFrom, options.trainShare());
      NegativeSampler sampler =
          log.interactionsOnly()
              ? new NegativeSampler(events, core, items, options.negatives(), options.seed())
              : null;
      HistoryWriter writer =
          new HistoryWriter(
              events,
              core,
              history == History.POSITIVES,
              samplesFrom,
              splitTime,
              sampler,
              options.negatives().perPositive());
      ContextColumns context = new ContextColumns(log, events);
      BitSet trainedItems = new BitSet();
      BitSet trainedUsers = new BitSet();
      writer.learn(context, trainedItems, trainedUsers);
      context.finish(folder.resolve("context"), database);
      HistoryWriter.Totals totals = writer.write(folder, context, progress);
      List<Column> itemColumns =
          new FeatureWriter(folder.resolve("items"), "item_codes", "items", log.items(), core::item)
              .write(database, trainedItems);
      List<Column> userColumns =
          new FeatureWriter(folder.resolve("users"), "user_codes", "users", log.users(), core::user)
              .write(database, trainedUsers);
      rejects.write(folder);
      Schema schema = new Schema(itemColumns, userColumns, context.columns());
      DatasetInfo info = info(log, history, core, totals, splitTime, schema);
      return new Written(info, result(info, events, totals));
    }

    private long samplesFrom(LogDescription log) {
      Long from = options.samplesFrom() == null ? log.samplesFrom() : options.samplesFrom();
      return from == null ? Long.MIN_VALUE : from;
    }

    private DatasetInfo info(
        LogDescription log,
        History history,
        KCore core,
        HistoryWriter.Totals totals,
        long splitTime,
        Schema schema)
        throws IOException {
      List<String> paths = new ArrayList<>();
      List<Long> sizes = new ArrayList<>();
      for (Path path : log.sources()) {
        paths.add(path.toString());
        sizes.add(Files.size(path));
      }
      return new DatasetInfo(
          DatasetInfo.FORMAT,
          DatasetInfo.KIND,
          "encode " + CodeVersion.current(),
          new DatasetInfo.Source(options.format().key(), paths, sizes, checksum.hex()),
          written(log, history),
          core.users(),
          core.items(),
          totals.behaviors,
          totals.trainSamples,
          totals.testSamples,
          rejects.total(),
          splitTime,
          totals.firstTime,
          totals.lastTime,
          "s",
          history.key(),
          log.pageView() != null,
          log.probability() != null,
          schema,
          "");
    }

    /** The options that change a byte of the result, as they took effect. */
    private Map<String, Object> written(LogDescription log, History history) {
      Map<String, Object> written = new LinkedHashMap<>();
      written.put("history", history.key());
      long from = samplesFrom(log);
      if (from != Long.MIN_VALUE) {
        written.put("samples_from", from);
      }
      written.put("train_share", options.trainShare());
      if (log.label() != null && log.label().positiveAt() != null) {
        written.put("positive_at", log.label().positiveAt());
      }
      if (log.interactionsOnly()) {
        written.put("negatives", options.negatives().distribution());
        written.put("negatives_per_positive", options.negatives().perPositive());
        written.put("seed", options.seed());
      }
      written.put("min_count", options.minCount());
      return written;
    }

    private SequencedMap<String, Object> result(
        DatasetInfo info, Events events, HistoryWriter.Totals totals) {
      SequencedMap<String, Object> result = new LinkedHashMap<>();
      long samples = (long) info.trainSamples() + info.testSamples();
      result.put("dataset", options.out().toString());
      result.put("users", info.users());
      result.put("items", info.items());
      result.put("behaviors", info.behaviors());
      result.put("train_samples", info.trainSamples());
      result.put("test_samples", info.testSamples());
      result.put("rejected", info.rejected());
      result.put("duplicates", events.duplicates());
      result.put("split_time", info.splitTime());
      result.put("train_positive_share", share(totals.trainPositives, info.trainSamples()));
      result.put("test_positive_share", share(totals.testPositives, info.testSamples()));
      result.put("mean_history", share(totals.historySum, samples));
      result.put("samples_without_history", totals.samplesWithoutHistory);
      result.put("users_without_behaviors", totals.usersWithoutBehaviors);
      if (totals.missingNegatives > 0) {
        result.put("missing_negatives", totals.missingNegatives);
      }
      return result;
    }

    private static double share(long part, long whole) {
      return whole == 0 ? 0 : (double) part / whole;
    }
  }
}
