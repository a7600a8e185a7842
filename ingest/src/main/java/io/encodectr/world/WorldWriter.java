package io.encodectr.world;

import io.encodectr.file.Json;
import io.encodectr.file.WorkFolder;
import io.encodectr.progress.Progress;
import io.encodectr.world.WorldSummary.Counts;
import io.encodectr.world.WorldSummary.Oracle;
import io.encodectr.world.WorldSummary.Period;
import io.encodectr.world.WorldSummary.TrueModel;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a world as the log folder that a shop would have: {@code events.csv}, {@code items.csv},
 * {@code users.csv}, the {@code mapping.yaml} with which {@code ingest} reads them, and {@code
 * world.json} with the truth. Users are simulated by any number of threads and written in order, so
 * the bytes do not depend on the threads. The folder appears whole or not at all.
 */
public final class WorldWriter {
  private static final int USERS_A_CHUNK = 128;
  private static final int CHUNKS_AHEAD = 3;

  private final World world;
  private final boolean gzip;
  private final int threads;
  private final Progress progress;

  /**
   * @param gzip whether the CSV files are compressed
   * @param threads how many users to simulate at once, at least 1
   */
  public WorldWriter(World world, boolean gzip, int threads, Progress progress) {
    this.world = world;
    this.gzip = gzip;
    this.threads = threads;
    this.progress = progress;
  }

  /**
   * Writes the folder.
   *
   * @return what {@code world.json} holds
   * @throws io.encodectr.file.InputException if the folder exists and may not be replaced
   */
  public WorldSummary write(Path out, boolean overwrite) throws IOException {
    try (WorkFolder folder = WorkFolder.create(out, overwrite)) {
      Path path = folder.path();
      writeItems(path.resolve(fileName("items")));
      writeUsers(path.resolve(fileName("users")));
      Tally tally = writeEvents(path.resolve(fileName("events")));
      Files.writeString(path.resolve("mapping.yaml"), mapping(), StandardCharsets.UTF_8);
      WorldSummary summary = summary(tally);
      Json.write(path.resolve("world.json"), summary);
      folder.commit();
      return summary;
    }
  }

  private String fileName(String name) {
    return name + (gzip ? ".csv.gz" : ".csv");
  }

  private OutputStream open(Path file) throws IOException {
    OutputStream raw = Files.newOutputStream(file);
    return new BufferedOutputStream(gzip ? new GZIPOutputStream(raw, 1 << 16) : raw, 1 << 18);
  }

  private void writeItems(Path file) throws IOException {
    Catalog catalog = world.catalog();
    try (Writer writer = new OutputStreamWriter(open(file), StandardCharsets.UTF_8)) {
      writer.write("item,name,category,brand,price\n");
      for (int item = 0; item < catalog.items(); item++) {
        writer.write(
            String.format(
                Locale.ROOT,
                "%s,%s,%s,%s,%d.%02d\n",
                Catalog.id(item),
                catalog.name(item),
                catalog.categoryField(item),
                catalog.brandField(item),
                catalog.priceCents(item) / 100,
                catalog.priceCents(item) % 100));
      }
    }
  }

  private void writeUsers(Path file) throws IOException {
    try (Writer writer = new OutputStreamWriter(open(file), StandardCharsets.UTF_8)) {
      writer.write("user,age_band,country\n");
      for (int user = 0; user < world.spec().users(); user++) {
        Shopper shopper = new Shopper(world, user);
        writer.write(Shopper.id(user) + "," + shopper.ageBand() + "," + shopper.country() + "\n");
      }
    }
  }

  private Tally writeEvents(Path file) throws IOException {
    Tally tally = new Tally();
    int users = world.spec().users();
    ExecutorService pool = Executors.newFixedThreadPool(threads, WorldWriter::worker);
    Deque<Future<EventChunk>> ahead = new ArrayDeque<>();
    try (OutputStream out = open(file);
        Progress.Task task = progress.begin("Writing events", world.spec().rows(), "rows")) {
      out.write(EventChunk.HEADER.getBytes(StandardCharsets.US_ASCII));
      int next = 0;
      while (next < users || !ahead.isEmpty()) {
        while (next < users && ahead.size() < CHUNKS_AHEAD * threads) {
          int first = next;
          int last = Math.min(users, first + USERS_A_CHUNK);
          ahead.add(pool.submit(() -> chunk(first, last)));
          next = last;
        }
        EventChunk chunk = result(ahead.remove());
        out.write(chunk.bytes(), 0, chunk.length());
        tally.add(chunk);
        task.advance(chunk.rows());
      }
    } finally {
      pool.shutdownNow();
    }
    return tally;
  }

  private static Thread worker(Runnable work) {
    Thread thread = new Thread(work, "world");
    thread.setDaemon(true);
    return thread;
  }

  private EventChunk chunk(int first, int last) {
    EventChunk chunk = new EventChunk();
    chunk.fill(world, first, last);
    return chunk;
  }

  private static EventChunk result(Future<EventChunk> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while writing events");
    } catch (ExecutionException e) {
      throw new IllegalStateException("simulating users failed: " + e.getCause(), e.getCause());
    }
  }

  private String mapping() {
    return """
    # How `encode ingest --format csv --input FOLDER --mapping FOLDER/mapping.yaml` reads this folder.
    log: %s
    user: user
    item: item
    time: {column: time, unit: s}
    label: click
    page_view: page_view
    probability: probability
    history: positives
    # Earlier rows are clicks without page views: history only.
    samples_from: %d
    context:
      hour: {derived: hour}
      weekday: {derived: weekday}
    items:
      file: %s
      id: item
      name: name
      columns:
        category: {kind: categorical, separator: "|"}
        brand: {kind: categorical}
        price: {kind: continuous}
    users:
      file: %s
      id: user
      columns:
        age_band: {kind: categorical}
        country: {kind: categorical}
    """
        .formatted(fileName("events"), world.samplesFrom(), fileName("items"), fileName("users"));
  }

  private WorldSummary summary(Tally tally) {
    WorldSpec spec = world.spec();
    ClickModel model = world.clickModel();
    return new WorldSummary(
        "A generated shop, not real data: events, items and users for `encode ingest` (see"
            + " mapping.yaml); column probability is the true chance of a click, docs/world.md says"
            + " how it comes about.",
        1,
        spec,
        new Period(world.start(), world.samplesFrom(), world.end()),
        new TrueModel(
            model.relevanceScale(),
            model.popularityScale(),
            model.intercept(),
            world.activity().median(),
            Catalog.DIMENSION,
            world.catalog().styles()),
        new Counts(
            spec.users(),
            spec.items(),
            tally.rows(),
            tally.history() + tally.clicks(),
            tally.exposures(),
            world.activity().pageViews(),
            tally.clicks()),
        new Oracle(
            tally.oracleAuc(),
            tally.oracleLogLoss(),
            tally.clicks() / (double) tally.exposures(),
            tally.meanProbability()));
  }
}
