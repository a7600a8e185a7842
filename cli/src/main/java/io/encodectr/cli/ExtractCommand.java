package io.encodectr.cli;

import io.encodectr.behavior.folder.EventFolder;
import io.encodectr.behavior.folder.ServedEvents;
import io.encodectr.behavior.redis.RedisEvents;
import io.encodectr.dataset.Dataset;
import io.encodectr.file.InputException;
import io.encodectr.generation.EventInput;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.generation.ExtractionJob.Refresh;
import io.encodectr.generation.GenerationExistsException;
import io.encodectr.generation.RefreshLoop;
import io.encodectr.generation.Store;
import io.encodectr.generation.StoreLocation;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.model.DatasetMatch;
import io.encodectr.model.Model;
import io.encodectr.progress.Progress;
import io.encodectr.redis.FolderPublication;
import io.encodectr.redis.RedisAddress;
import io.encodectr.redis.RedisStore;
import io.encodectr.scoring.ModelItems;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code encode extract}. */
@Command(
    name = "extract",
    description = {
      "Extracts all users' interests into a store, where scoring finds them.",
      "",
      "Killed, it goes on where it stopped when started again with the same options."
    })
final class ExtractCommand implements Callable<Integer> {
  /** How long a turn that is at work may take to stop. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FOLDER",
      description = "The dataset whose behaviors are represented.")
  private Path data;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FOLDER",
      description = "The model: encode, or din (which stores recent behaviors only).")
  private Path model;

  @Option(
      names = "--store",
      required = true,
      paramLabel = "FOLDER",
      description = "The store to put the generation into; made if there is none.")
  private String store;

  @Option(
      names = "--publish-to",
      paramLabel = "URL",
      description = {
        "Publishes the generation on a shared server then, as encode publish does:"
            + " redis://HOST:PORT. Users who were forgotten there are left out."
      })
  private @Nullable String server;

  @Option(
      names = "--as-of",
      paramLabel = "TIME",
      description =
          "Only behaviors strictly before this time count: seconds since 1970, or ISO 8601 in UTC"
              + " (default: all behaviors).")
  private @Nullable String asOf;

  @Option(
      names = "--events",
      paramLabel = "FOLDER|URL",
      description = {
        "Joins the events that a service took since the dataset's end to the histories: the folder"
            + " of an event log (of a stopped service, or a checkpoint), the address of a running"
            + " service's admin listener, such as http://127.0.0.1:8081, or that of the server"
            + " where services keep events, redis://HOST:PORT."
      })
  private @Nullable String events;

  @Option(
      names = "--interests",
      paramLabel = "PRECISION",
      defaultValue = "float32",
      description =
          "How interest vectors are stored: float32, or float16, which takes two thirds of the room"
              + " and changes scores a little (default: ${DEFAULT-VALUE}).")
  private String precision;

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "0",
      description = "Deletes all but the last N generations of the store (default: keeps all).")
  private int keep;

  @Option(
      names = "--since",
      paramLabel = "GENERATION",
      description =
          "Refreshes a generation of the store, by its id or as current: users whose history has"
              + " not changed keep their record, the others are extracted. The result is that of an"
              + " extraction of all.")
  private @Nullable String since;

  @Option(
      names = "--warm-start",
      description =
          "With --since or --every: a changed user's clusters begin where they ended before. That"
              + " is faster, and interests may differ a little from those of an extraction of all.")
  private boolean warmStart;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      description = {
        "Goes on until SIGTERM or Ctrl-C, and refreshes the generation in use once in this time:"
            + " 10m, 1h, 1d. A turn that fails, because the service of --events does not answer,"
            + " is tried again at the next. `encode serve --follow` takes what comes out into"
            + " service."
      })
  private @Nullable String every;

  @Override
  public Integer call() throws IOException {
    if (warmStart && since == null && every == null) {
      throw new InputException("--warm-start needs --since or --every");
    }
    StoreLocation place = StoreLocation.parse(store);
    if (!place.isFolder()) {
      throw new InputException(
          "an extraction needs the folder of a store for its work; give --store FOLDER --publish-to"
              + " "
              + place);
    }
    if (every != null) {
      repeat(place.folder(), TimeSpan.of("--every", every));
      return Encode.DONE;
    }
    Refresh refresh = since == null ? null : new Refresh(since, warmStart);
    try {
      print(published(place.folder(), refresh, common.progress()));
    } catch (GenerationExistsException e) {
      if (server == null || !isCurrent(place.folder(), e)) {
        throw e;
      }
      // The run before made it and did not come to publish it.
      printPublished(e.generation());
    }
    String served =
        server == null ? place.toString() : StoreLocation.parse(server) + " --events events";
    common
        .printer()
        .remark(
            "Next: ./encode serve --model %s --store %s --data %s".formatted(model, served, data));
    return Encode.DONE;
  }

  /** Extracts, and publishes on the server if there is one. */
  private ExtractionJob.Result published(Path folder, @Nullable Refresh refresh, Progress progress)
      throws IOException {
    if (server == null) {
      return extract(folder, refresh, progress);
    }
    try (RedisStore shared = RedisStore.open(StoreLocation.parse(server))) {
      return new FolderPublication(Store.create(folder), shared)
          .run(() -> extract(folder, refresh, progress), keep, progress);
    }
  }

  private static boolean isCurrent(Path folder, GenerationExistsException made) {
    return made.generation().equals(Store.open(folder).current());
  }

  private void printPublished(String generation) {
    Map<String, Object> printed = new LinkedHashMap<>();
    printed.put("generation", generation);
    putServer(printed);
    common.printer().print(printed);
  }

  private void putServer(Map<String, Object> printed) {
    if (server != null) {
      printed.put("published_to", StoreLocation.parse(server).toString());
    }
  }

  private void print(ExtractionJob.Result result) {
    Map<String, Object> printed = new LinkedHashMap<>();
    printed.put("users", result.users());
    printed.put("users_without_history", result.usersWithoutHistory());
    printed.put("interests", result.interests());
    printed.put("users_per_second", result.usersPerSecond());
    printed.put("resumed_users", result.resumedUsers());
    if (result.since() != null) {
      printed.put("since", result.since());
      printed.put("copied_users", result.copiedUsers());
    }
    if (result.eventsThrough() != null) {
      printed.put("events", result.events());
      printed.put("unknown_item_events", result.unknownItemEvents());
      printed.put("event_users", result.eventUsers());
      printed.put("events_through", result.eventsThrough());
    }
    printed.put("as_of", common.json() ? result.asOf() : PointInTime.text(result.asOf()));
    printed.put("generation", result.generation());
    putServer(printed);
    common.printer().print(printed);
  }

  /** The first turn refreshes what was named, the others what is in use. */
  private void repeat(Path folder, Duration time) throws IOException {
    if (asOf != null || output.overwrite()) {
      throw new InputException(
          "--every goes on with what is new; leave %s away"
              .formatted(asOf != null ? "--as-of" : "--overwrite"));
    }
    if (time.isZero()) {
      throw new InputException("--every needs a time above 0");
    }
    LogConfigurator.serve();
    AtomicReference<@Nullable String> first =
        new AtomicReference<>(Refresh.CURRENT.equals(since) ? null : since);
    // What no later turn could put right ends the verb now.
    options(null);
    if (server != null) {
      RedisAddress.of(StoreLocation.parse(server));
    }
    Model loaded = Model.load(model);
    try (Dataset dataset = Dataset.open(data)) {
      DatasetMatch.require(dataset, loaded);
    }
    RefreshLoop loop =
        new RefreshLoop(
            time,
            () -> {
              ExtractionJob.Result result =
                  published(folder, new Refresh(first.getAndSet(null), warmStart), Progress.NONE);
              if (common.json()) {
                print(result);
              }
              return result;
            });
    Thread stop = Thread.ofPlatform().name("encode-stop").unstarted(() -> loop.stop(PATIENCE));
    Runtime.getRuntime().addShutdownHook(stop);
    loop.run();
  }

  private ExtractionJob.Result extract(Path folder, @Nullable Refresh refresh, Progress progress)
      throws IOException {
    if (events == null) {
      return extract(folder, refresh, progress, null);
    }
    if (events.startsWith("http://") || events.startsWith("https://")) {
      return extract(folder, refresh, progress, new ServedEvents(events));
    }
    StoreLocation kept = StoreLocation.parse(events);
    if (!kept.isFolder()) {
      return extract(folder, refresh, progress, new RedisEvents(kept));
    }
    try (EventFolder log = new EventFolder(kept.folder())) {
      return extract(folder, refresh, progress, log);
    }
  }

  private ExtractionJob.Result extract(
      Path folder, @Nullable Refresh refresh, Progress progress, @Nullable EventInput input)
      throws IOException {
    Model loaded = Model.load(model);
    try (Dataset dataset = Dataset.open(data)) {
      return new ExtractionJob(
              dataset, loaded, ModelItems.of(loaded).table(), folder, options(refresh), input)
          .run(progress);
    }
  }

  private ExtractionJob.Options options(@Nullable Refresh refresh) {
    return new ExtractionJob.Options(
        asOf == null ? null : PointInTime.seconds("--as-of", asOf),
        common.threads(),
        output.overwrite(),
        keep,
        InterestPrecision.named(precision),
        refresh);
  }
}
