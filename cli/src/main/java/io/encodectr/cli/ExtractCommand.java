package io.encodectr.cli;

import io.encodectr.behavior.EventFolder;
import io.encodectr.behavior.ServedEvents;
import io.encodectr.dataset.Dataset;
import io.encodectr.generation.EventInput;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.model.Model;
import io.encodectr.scoring.ModelItems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
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

  @Override
  public Integer call() throws IOException {
    ExtractionJob.Result result = events == null ? extract(null) : extractWith(events);
    Map<String, Object> printed = new LinkedHashMap<>();
    printed.put("users", result.users());
    printed.put("users_without_history", result.usersWithoutHistory());
    printed.put("interests", result.interests());
    printed.put("users_per_second", result.usersPerSecond());
    printed.put("resumed_users", result.resumedUsers());
    if (result.eventsThrough() != null) {
      printed.put("events", result.events());
      printed.put("unknown_item_events", result.unknownItemEvents());
      printed.put("event_users", result.eventUsers());
      printed.put("events_through", result.eventsThrough());
    }
    printed.put("as_of", common.json() ? result.asOf() : PointInTime.text(result.asOf()));
    printed.put("generation", result.generation());
    common.printer().print(printed);
    common
        .printer()
        .remark(
            "Next: ./encode serve --model %s --store %s --data %s".formatted(model, store, data));
    return Encode.DONE;
  }

  private ExtractionJob.Result extractWith(String place) throws IOException {
    if (place.startsWith("http://") || place.startsWith("https://")) {
      return extract(new ServedEvents(place));
    }
    try (EventFolder folder = new EventFolder(Path.of(place))) {
      return extract(folder);
    }
  }

  private ExtractionJob.Result extract(@Nullable EventInput input) throws IOException {
    Long time = asOf == null ? null : PointInTime.seconds("--as-of", asOf);
    var options =
        new ExtractionJob.Options(
            time, common.threads(), output.overwrite(), keep, InterestPrecision.named(precision));
    Model loaded = Model.load(model);
    try (Dataset dataset = Dataset.open(data)) {
      return new ExtractionJob(
              dataset, loaded, ModelItems.of(loaded).table(), store, options, input)
          .run(common.progress());
    }
  }
}
