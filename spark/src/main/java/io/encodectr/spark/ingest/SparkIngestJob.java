package io.encodectr.spark.ingest;

import io.encodectr.assembly.ContextColumns;
import io.encodectr.assembly.DatasetSummary;
import io.encodectr.assembly.FeatureWriter;
import io.encodectr.assembly.HistoryTotals;
import io.encodectr.assembly.Negatives;
import io.encodectr.assembly.SampleRules;
import io.encodectr.assembly.TimeSplit;
import io.encodectr.dataset.Column;
import io.encodectr.dataset.DatasetFingerprint;
import io.encodectr.dataset.DatasetInfo;
import io.encodectr.dataset.IdDictionary;
import io.encodectr.dataset.Schema;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.file.WorkFolder;
import io.encodectr.log.Catalog;
import io.encodectr.log.ColumnField;
import io.encodectr.log.InputFile;
import io.encodectr.log.LogDescription;
import io.encodectr.log.MappingFile;
import io.encodectr.log.Rejects;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntUnaryOperator;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/**
 * Turns a log into a dataset on Spark: the same bytes as the local job, whatever the number of
 * executors and parts, and whichever of them fail.
 *
 * <p>Two passes over the log. The first counts rows and ids; ids get their codes. The second turns
 * rows into codes, which Spark shuffles by ranges of users and sorts by user, time and place in the
 * input; each part is streamed into columns in a work folder that all machines see. What follows
 * works on those: split, vocabularies, histories, and the driver joins the parts.
 */
public final class SparkIngestJob {
  private static final String SCRATCH = ".scratch";
  private static final long ROWS_OF_A_PART = 1 << 20;
  private static final String SHUFFLE_PARTITIONS = "spark.sql.shuffle.partitions";
  private static final long BYTES_OF_A_PARTITION = 1 << 26;
  private static final long MOST_PARTITIONS = 20_000;
  private static final int LOG = 0;
  private static final int ITEMS = 1;
  private static final int USERS = 2;

  private final SparkSession spark;
  private final SparkIngestOptions options;

  /** A job; {@link #run} runs it once. */
  public SparkIngestJob(SparkSession spark, SparkIngestOptions options) {
    this.spark = spark;
    this.options = options;
  }

  /**
   * Writes the dataset.
   *
   * @return what the local job returns
   * @throws InputException if the input cannot be used; nothing is left behind
   * @throws IOException if reading or writing fails; nothing is left behind
   */
  public SequencedMap<String, Object> run() throws IOException {
    LogDescription log = describe();
    chooseShuffle(log);
    try (WorkFolder work = WorkFolder.create(options.out(), options.overwrite())) {
      SharedFolder scratch = SharedFolder.create(work.path().resolve(SCRATCH));
      DatasetSummary summary;
      try (Arena arena = Arena.ofShared();
          Run run = new Run(log, work.path(), scratch, arena)) {
        summary = run.run();
      }
      scratch.remove();
      String fingerprint = DatasetFingerprint.of(work.path());
      Json.write(
          work.path().resolve(DatasetInfo.FILE), summary.info().withFingerprint(fingerprint));
      work.commit();
      return summary.result(options.out());
    }
  }

  private LogDescription describe() throws IOException {
    HadoopPlace input = HadoopPlace.of(options.input(), spark.sparkContext().hadoopConfiguration());
    LogDescription log = MappingFile.read(options.mapping(), options.format(), input);
    if (log.interactionsOnly()) {
      throw new InputException(
          options.mapping()
              + ": interactions: true needs negatives, which only ./encode ingest draws");
    }
    if (log.table().files().size() > Place.MOST_FILES) {
      throw new InputException(
          log.table().files().size() + " files are more than a million; join some of them");
    }
    Double positiveAt = options.positiveAt();
    return positiveAt == null ? log : log.withPositiveAt(positiveAt);
  }

  /** As many partitions of counts as the input wants, unless the user has said how many. */
  private void chooseShuffle(LogDescription log) throws IOException {
    if (!spark.sparkContext().getConf().contains(SHUFFLE_PARTITIONS)) {
      long bytes = 0;
      for (InputFile file : log.sources()) {
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.location());
        bytes +=
            path.getFileSystem(spark.sparkContext().hadoopConfiguration())
                .getFileStatus(path)
                .getLen();
      }
      long partitions =
          Math.clamp(
              bytes / BYTES_OF_A_PARTITION,
              Math.min(2L * spark.sparkContext().defaultParallelism(), MOST_PARTITIONS),
              MOST_PARTITIONS);
      spark.conf().set(SHUFFLE_PARTITIONS, partitions);
    }
  }

  /** One run with its open resources. */
  private final class Run implements AutoCloseable {
    private final LogDescription log;
    private final Path folder;
    private final SharedFolder scratch;
    private final Arena arena;
    private final Rejects rejects = new Rejects(options.maxRejectShare());
    private final CompletableFuture<DatasetInfo.Source> checksum;
    private final TableSource source;
    private final @Nullable TableSource items;
    private final @Nullable TableSource users;
    private @Nullable Survey survey;

    Run(LogDescription log, Path folder, SharedFolder scratch, Arena arena) throws IOException {
      this.log = log;
      this.folder = folder;
      this.scratch = scratch;
      this.arena = arena;
      source = TableSource.of(spark, log.table(), LogRow.fields(log));
      items = source(log.items());
      users = source(log.users());
      SourceChecksum read =
          new SourceChecksum(
              options.format().key(), log.sources(), spark.sparkContext().hadoopConfiguration());
      checksum = CompletableFuture.supplyAsync(() -> unchecked(read));
    }

    private @Nullable TableSource source(@Nullable Catalog catalog) throws IOException {
      return catalog == null
          ? null
          : TableSource.of(spark, catalog.table(), CatalogRow.fields(catalog));
    }

    DatasetSummary run() throws IOException {
      Survey counted = survey();
      survey = counted;
      account(counted.accounts());
      long usable = counted.usable();
      if (usable == 0) {
        throw new InputException(options.input() + " holds no usable row");
      }
      int[] firstUsers = writeUsers(counted, usable);
      for (int kind : kinds()) {
        write(counted, kind);
      }
      IdDictionary itemIds = dictionary(SurveyKind.ITEM);
      long duplicates = sort(firstUsers, usable);
      return assemble(firstUsers, itemIds, duplicates);
    }

    private Survey survey() {
      Dataset<Row> rows =
          source
              .read(spark)
              .mapPartitions(new LogSurvey(LOG, source, log), Encoders.row(SurveyRows.SCHEMA));
      Catalog catalog = log.items();
      if (catalog != null && items != null) {
        rows = rows.union(survey(ITEMS, items, catalog, catalog.all() ? SurveyKind.ITEM : -1));
      }
      Catalog people = log.users();
      if (people != null && users != null) {
        rows = rows.union(survey(USERS, users, people, -1));
      }
      return new Survey(rows);
    }

    private Dataset<Row> survey(int table, TableSource tableSource, Catalog catalog, int kind) {
      return tableSource
          .read(spark)
          .mapPartitions(
              new CatalogSurvey(table, tableSource, catalog, kind),
              Encoders.row(SurveyRows.SCHEMA));
    }

    private void account(Survey.Accounts accounts) {
      accounts.check(LOG, source, log.readContext(), "context column", rejects);
      Catalog catalog = log.items();
      if (catalog != null && items != null) {
        accounts.check(ITEMS, items, catalog.columns(), "column", rejects);
      }
      Catalog people = log.users();
      if (people != null && users != null) {
        accounts.check(USERS, users, people.columns(), "column", rejects);
      }
    }

    /** Writes the users' dictionary; returns the first user of each part, and their number. */
    private int[] writeUsers(Survey counted, long usable) throws IOException {
      int wanted =
          options.parts() == null
              ? (int)
                  Math.clamp(
                      Math.ceilDiv(usable, ROWS_OF_A_PART),
                      Math.min(2L * spark.sparkContext().defaultParallelism(), MOST_PARTITIONS),
                      MOST_PARTITIONS)
              : options.parts();
      long target = Math.ceilDiv(usable, (long) wanted);
      List<Integer> first = new ArrayList<>();
      Iterator<Survey.Counted> ordered = counted.ordered(SurveyKind.USER);
      long[] seen = {0, target};
      int[] user = {0};
      IdDictionary.write(
          Path.of(scratch.path()),
          LogCodes.name(SurveyKind.USER),
          () ->
              new Texts(
                  ordered,
                  events -> {
                    if (seen[1] >= target) {
                      first.add(user[0]);
                      seen[1] = 0;
                    }
                    seen[1] += events;
                    user[0]++;
                  }));
      first.add(user[0]);
      return first.stream().mapToInt(Integer::intValue).toArray();
    }

    private List<Integer> kinds() {
      List<Integer> kinds = new ArrayList<>(List.of(SurveyKind.ITEM));
      if (log.pageView() != null) {
        kinds.add(SurveyKind.PAGE_VIEW);
      }
      List<ColumnField> context = log.readContext();
      for (int c = 0; c < context.size(); c++) {
        if (context.get(c).categorical()) {
          kinds.add(SurveyKind.CONTEXT + c);
        }
      }
      return kinds;
    }

    private void write(Survey counted, int kind) throws IOException {
      Iterator<Survey.Counted> ordered = counted.ordered(kind);
      IdDictionary.write(
          Path.of(scratch.path()), LogCodes.name(kind), () -> new Texts(ordered, events -> {}));
    }

    private IdDictionary dictionary(int kind) throws IOException {
      return IdDictionary.map(Path.of(scratch.path()), LogCodes.name(kind), arena);
    }

    /** Sorts all events into parts; returns the number of repetitions left out. */
    private long sort(int[] firstUsers, long usable) throws IOException {
      int parts = firstUsers.length - 1;
      int[] starts = Arrays.copyOf(firstUsers, parts);
      List<Row> written =
          source
              .read(spark)
              .mapPartitions(
                  new EventRows(source, log, scratch, starts), Encoders.row(EventRows.schema(log)))
              .repartitionById(parts, functions.col(EventRows.PART))
              .sortWithinPartitions("user", "time", "place")
              .mapPartitions(
                  new EventParts(log, scratch, firstUsers), Encoders.row(EventParts.SCHEMA))
              .collectAsList();
      long rows = written.stream().mapToLong(row -> row.getLong(1)).sum();
      if (written.size() != parts || rows != usable) {
        throw new IOException(
            "Spark sorted %d of %d rows into %d of %d parts; did the input change meanwhile?"
                .formatted(rows, usable, written.size(), parts));
      }
      return written.stream().mapToLong(row -> row.getLong(2)).sum();
    }

    private DatasetSummary assemble(int[] firstUsers, IdDictionary itemIds, long duplicates)
        throws IOException {
      SampleRules rules =
          SampleRules.of(
              log,
              options.history(),
              options.samplesFrom(),
              options.trainShare(),
              1,
              Negatives.DEFAULT,
              1);
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      HistoryParts parts = new HistoryParts(log, rules, scratch, firstUsers, itemIds.size());
      long splitTime = TimeSplit.of(parts.times(context), rules.samplesFrom(), rules.trainShare());
      HistoryParts.Learned learned = parts.learn(context, splitTime);
      ContextColumns columns =
          learned.context().finish(folder.resolve("context"), this::contextTexts);
      HistoryTotals totals = parts.write(context, columns, splitTime);
      new ColumnJoin(parts.folders()).write(folder);
      IdDictionary userIds = dictionary(SurveyKind.USER);
      List<Column> itemColumns =
          features("items", log.items(), items, itemIds, true, learned.items());
      List<Column> userColumns =
          features("users", log.users(), users, userIds, false, learned.users());
      rejects.write(folder);
      return new DatasetSummary(
          log,
          joined(checksum),
          rules,
          userIds.size(),
          itemIds.size(),
          totals,
          rejects.total(),
          duplicates,
          splitTime,
          new Schema(itemColumns, userColumns, columns.columns()));
    }

    private List<String> contextTexts(int column, BitSet wanted) throws IOException {
      IdDictionary values = dictionary(SurveyKind.CONTEXT + column);
      return wanted.stream().mapToObj(values::id).toList();
    }

    private List<Column> features(
        String name,
        @Nullable Catalog catalog,
        @Nullable TableSource tableSource,
        IdDictionary ids,
        boolean ofItems,
        BitSet trained)
        throws IOException {
      Dataset<Row> coded =
          catalog == null || tableSource == null
              ? null
              : tableSource
                  .read(spark)
                  .mapPartitions(
                      new CatalogCodes(tableSource, catalog, log, scratch, ofItems),
                      Encoders.row(CatalogCodes.schema(catalog)));
      try (SortedCatalog rows = new SortedCatalog(ids, coded)) {
        return new FeatureWriter(folder.resolve(name), catalog, rows, IntUnaryOperator.identity())
            .write(trained);
      }
    }

    @Override
    public void close() {
      checksum.cancel(true);
      if (survey != null) {
        survey.close();
      }
    }
  }

  private static DatasetInfo.Source unchecked(SourceChecksum read) {
    try {
      return read.call();
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private static DatasetInfo.Source joined(CompletableFuture<DatasetInfo.Source> source)
      throws IOException {
    try {
      return source.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw e;
    }
  }
}
