package io.encodectr.cli;

import io.encodectr.behavior.EventFolder;
import io.encodectr.behavior.ServedEvents;
import io.encodectr.dataset.Dataset;
import io.encodectr.file.InputException;
import io.encodectr.generation.EventInput;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.generation.ExtractionJob.Refresh;
import io.encodectr.generation.RefreshLoop;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.model.DatasetMatch;
import io.encodectr.model.Model;
import io.encodectr.progress.Progress;
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
  private Path store;

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
            + " of an event log (of a stopped service, or a checkpoint), or the address of a"
            + " running service's admin listener, such as http://127.0.0.1:8081."
      })
  private @Nullable String events;

  @Option(
      names = "--interests",
      paramLabel = "PRECISION",
      defaultValue = "float32",
      description =
          "How interest vectors are stored: float32, or float16, which takes half the room and"
              + " changes scores a little (default: ${DEFAULT-VALUE}).")
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
    if (every != null) {
      repeat(TimeSpan.of("--every", every));
      return Encode.DONE;
    }
    print(extract(since == null ? null : new Refresh(since, warmStart), common.progress()));
    common
        .printer()
        .remark(
            "Next: ./encode serve --model %s --store %s --data %s".formatted(model, store, data));
    return Encode.DONE;
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
    common.printer().print(printed);
  }

  /** The first turn refreshes what was named, the others what is in use. */
  private void repeat(Duration time) throws IOException {
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
    Model loaded = Model.load(model);
    try (Dataset dataset = Dataset.open(data)) {
      DatasetMatch.require(dataset, loaded);
    }
    RefreshLoop loop =
        new RefreshLoop(
            time,
            () -> {
              ExtractionJob.Result result =
                  extract(new Refresh(first.getAndSet(null), warmStart), Progress.NONE);
              if (common.json()) {
                print(result);
              }
              return result;
            });
    Thread stop = Thread.ofPlatform().name("encode-stop").unstarted(() -> loop.stop(PATIENCE));
    Runtime.getRuntime().addShutdownHook(stop);
    loop.run();
  }

  private ExtractionJob.Result extract(@Nullable Refresh refresh, Progress progress)
      throws IOException {
    if (events == null) {
      return extract(refresh, progress, null);
    }
    if (events.startsWith("http://") || events.startsWith("https://")) {
      return extract(refresh, progress, new ServedEvents(events));
    }
    try (EventFolder folder = new EventFolder(Path.of(events))) {
      return extract(refresh, progress, folder);
    }
  }

  private ExtractionJob.Result extract(
      @Nullable Refresh refresh, Progress progress, @Nullable EventInput input) throws IOException {
    Long time = asOf == null ? null : PointInTime.seconds("--as-of", asOf);
    var options =
        new ExtractionJob.Options(
            time,
            common.threads(),
            output.overwrite(),
            keep,
            InterestPrecision.named(precision),
            refresh);
    Model loaded = Model.load(model);
    try (Dataset dataset = Dataset.open(data)) {
      return new ExtractionJob(
              dataset, loaded, ModelItems.of(loaded).table(), store, options, input)
          .run(progress);
    }
  }
}
