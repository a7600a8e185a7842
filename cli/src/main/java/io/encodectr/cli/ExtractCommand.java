package io.encodectr.cli;

import io.encodectr.behavior.EventFolder;
import io.encodectr.behavior.ServedEvents;
import io.encodectr.dataset.Dataset;
import io.encodectr.file.InputException;
import io.encodectr.generation.EventInput;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.generation.Store;
import io.encodectr.generation.StoreLocation;
import io.encodectr.model.Model;
import io.encodectr.redis.FolderPublication;
import io.encodectr.redis.RedisStore;
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
            + " of an event log (of a stopped service, or a checkpoint), or the address of a"
            + " running service's admin listener, such as http://127.0.0.1:8081."
      })
  private @Nullable String events;

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "0",
      description = "Deletes all but the last N generations of the store (default: keeps all).")
  private int keep;

  @Override
  public Integer call() throws IOException {
    StoreLocation place = StoreLocation.parse(store);
    if (!place.isFolder()) {
      throw new InputException(
          "an extraction needs the folder of a store for its work; give --store FOLDER --publish-to"
              + " "
              + place);
    }
    Path folder = place.folder();
    if (server == null) {
      print(extracted(folder), null, place);
      return Encode.DONE;
    }
    StoreLocation to = StoreLocation.parse(server);
    try (RedisStore shared = RedisStore.open(to)) {
      Store local = Store.create(folder);
      FolderPublication.exchangeForgotten(local, shared);
      ExtractionJob.Result result = extracted(folder);
      int kept = keep == 0 ? PublishCommand.KEPT : keep;
      print(result, new FolderPublication(local, shared).run(kept, common.progress()), to);
    }
    return Encode.DONE;
  }

  private ExtractionJob.Result extracted(Path folder) throws IOException {
    return events == null ? extract(folder, null) : extractWith(folder, events);
  }

  private void print(
      ExtractionJob.Result result,
      FolderPublication.@Nullable Result published,
      StoreLocation served) {
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
    if (published != null) {
      printed.put("published_to", served.toString());
    }
    common.printer().print(printed);
    common
        .printer()
        .remark(
            "Next: ./encode serve --model %s --store %s --data %s".formatted(model, served, data));
  }

  private ExtractionJob.Result extractWith(Path store, String place) throws IOException {
    if (place.startsWith("http://") || place.startsWith("https://")) {
      return extract(store, new ServedEvents(place));
    }
    try (EventFolder folder = new EventFolder(Path.of(place))) {
      return extract(store, folder);
    }
  }

  private ExtractionJob.Result extract(Path store, @Nullable EventInput input) throws IOException {
    Long time = asOf == null ? null : PointInTime.seconds("--as-of", asOf);
    var options = new ExtractionJob.Options(time, common.threads(), output.overwrite(), keep);
    Model loaded = Model.load(model);
    try (Dataset dataset = Dataset.open(data)) {
      return new ExtractionJob(
              dataset, loaded, ModelItems.of(loaded).table(), store, options, input)
          .run(common.progress());
    }
  }
}
