package io.encodectr.ingest;

import io.encodectr.assembly.ContextColumns;
import io.encodectr.assembly.ContextLearner;
import io.encodectr.assembly.DatasetSummary;
import io.encodectr.assembly.EventTimes;
import io.encodectr.assembly.Events;
import io.encodectr.assembly.FeatureWriter;
import io.encodectr.assembly.HistoryTotals;
import io.encodectr.assembly.HistoryWriter;
import io.encodectr.assembly.KCore;
import io.encodectr.assembly.NegativeSampler;
import io.encodectr.assembly.SampleRules;
import io.encodectr.assembly.TimeSplit;
import io.encodectr.dataset.Column;
import io.encodectr.dataset.DatasetFingerprint;
import io.encodectr.dataset.DatasetInfo;
import io.encodectr.dataset.Schema;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.file.Sha256;
import io.encodectr.file.WorkFolder;
import io.encodectr.log.Catalog;
import io.encodectr.log.ColumnField;
import io.encodectr.log.FileFormat;
import io.encodectr.log.InputFile;
import io.encodectr.log.LocalPlace;
import io.encodectr.log.LogDescription;
import io.encodectr.log.MappingFile;
import io.encodectr.log.Rejects;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
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
      DatasetSummary summary;
      try (Arena arena = Arena.ofConfined();
          Database database =
              Database.open(scratch.resolve("spill"), options.memory(), options.threads())) {
        summary = new Run(work.path(), scratch, database, arena).run();
      }
      delete(scratch);
      String fingerprint = DatasetFingerprint.of(work.path());
      Json.write(
          work.path().resolve(DatasetInfo.FILE), summary.info().withFingerprint(fingerprint));
      work.commit();
      return summary.result(options.out());
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
                  Objects.requireNonNull(mapping),
                  FileFormat.valueOf(format.name()),
                  new LocalPlace(options.input()));
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

    DatasetSummary run() throws IOException {
      LogDescription log = describe(scratch, rejects);
      load(log);
      long usable = database.number("SELECT count(*) FROM log WHERE reason IS NULL");
      if (usable == 0) {
        throw new InputException(options.input() + " holds no usable row");
      }
      int users =
          Codes.create(
              database, "user_codes", "SELECT DISTINCT u AS id FROM log WHERE reason IS NULL");
      int items = codes(log);
      Path eventFolder = scratch.resolve("events");
      long duplicates = EventWriter.write(eventFolder, log, database, users, usable, progress);
      database.run("DROP TABLE log");
      return write(log, Events.map(eventFolder, log, 0, duplicates, arena), items);
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

    /** Gives all other ids their codes; returns the number of item codes. */
    private int codes(LogDescription log) throws IOException {
      String of = " AS id FROM log WHERE reason IS NULL";
      String items = "SELECT DISTINCT i" + of;
      Catalog catalog = log.items();
      if (catalog != null && catalog.all() && options.minCount() == 1) {
        items += " UNION SELECT id FROM " + CatalogLoader.usable("items");
      }
      if (log.pageView() != null) {
        Codes.create(database, "page_view_codes", "SELECT DISTINCT p" + of + " AND p IS NOT NULL");
      }
      List<ColumnField> context = log.readContext();
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

    private DatasetSummary write(LogDescription log, Events events, int items) throws IOException {
      KCore core = KCore.of(events, items, options.minCount());
      if (core.users() == 0) {
        throw new InputException(
            "no user is left: nobody has "
                + options.minCount()
                + " interactions with items that have as many; give a smaller --min-count");
      }
      SampleRules rules =
          SampleRules.of(
              log,
              options.history(),
              options.samplesFrom(),
              options.trainShare(),
              options.minCount(),
              options.negatives(),
              options.seed());
      long from = rules.samplesFrom();
      long splitTime = TimeSplit.of(new EventTimes(events, core, from), from, options.trainShare());
      NegativeSampler sampler =
          log.interactionsOnly()
              ? new NegativeSampler(events, core, items, options.negatives(), options.seed())
              : null;
      HistoryWriter writer = new HistoryWriter(events, core, rules, splitTime, sampler);
      ContextLearner learner = new ContextLearner(log);
      BitSet trainedItems = new BitSet();
      BitSet trainedUsers = new BitSet();
      writer.learn(learner, trainedItems, trainedUsers);
      ContextColumns context = learner.finish(folder.resolve("context"), this::contextTexts);
      HistoryTotals totals = writer.write(folder, context, progress);
      List<Column> itemColumns =
          new FeatureWriter(
                  folder.resolve("items"),
                  log.items(),
                  new DuckCatalogRows(database, "item_codes", "items", log.items()),
                  core::item)
              .write(trainedItems);
      List<Column> userColumns =
          new FeatureWriter(
                  folder.resolve("users"),
                  log.users(),
                  new DuckCatalogRows(database, "user_codes", "users", log.users()),
                  core::user)
              .write(trainedUsers);
      rejects.write(folder);
      return new DatasetSummary(
          log,
          source(log),
          rules,
          core.users(),
          core.items(),
          totals,
          rejects.total(),
          events.duplicates(),
          splitTime,
          new Schema(itemColumns, userColumns, context.columns()));
    }

    private List<String> contextTexts(int source, BitSet wanted) throws IOException {
      List<String> texts = new ArrayList<>();
      database.each(
          "SELECT code, id FROM context_codes_" + source + " ORDER BY code",
          row -> {
            if (wanted.get(row.getInt(1))) {
              texts.add(row.getString(2));
            }
          });
      return texts;
    }

    private DatasetInfo.Source source(LogDescription log) throws IOException {
      List<String> paths = new ArrayList<>();
      List<Long> sizes = new ArrayList<>();
      for (InputFile file : log.sources()) {
        paths.add(file.name());
        sizes.add(Files.size(file.path()));
      }
      return new DatasetInfo.Source(options.format().key(), paths, sizes, checksum.hex());
    }
  }
}
