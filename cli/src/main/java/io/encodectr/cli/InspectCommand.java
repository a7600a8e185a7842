package io.encodectr.cli;

import io.encodectr.behavior.redis.RedisEvents;
import io.encodectr.dataset.DatasetInfo;
import io.encodectr.file.InputException;
import io.encodectr.generation.EventSource;
import io.encodectr.generation.Generation;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.InterestStore;
import io.encodectr.generation.Store;
import io.encodectr.generation.StoreLocation;
import io.encodectr.model.ModelSpec;
import io.encodectr.redis.SharedStores;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what any of our files and folders holds. */
@Command(name = "inspect", description = "Says what any of our files or folders holds, in words.")
final class InspectCommand implements Callable<Integer> {
  private static final int SHOWN_ENTRIES = 8;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "PATH|URL",
      description =
          "A dataset, model, store or world folder, a shared store or event log"
              + " (redis://HOST:PORT), a generation, a training's .checkpoint, or one"
              + " of our .npy, .safetensors, .json, .jsonl, .bin and predictions .csv files.")
  private String place;

  @Option(
      names = "--check",
      description =
          "Reads every value of a dataset, store, generation or .jsonl file, and fails at the first"
              + " that cannot be. Others are checked as far as they are read: of a model all but"
              + " its ids and vocabularies.")
  private boolean check;

  @Override
  public Integer call() throws IOException {
    Inspection inspection =
        StoreLocation.isAddress(place) ? inspectServer() : inspect(Path.of(place));
    common.printer().remark(inspection.sentence());
    common.printer().print(inspection.facts());
    return Encode.DONE;
  }

  /** To be called only with what was read with {@link #check}. */
  private Inspection marked(Inspection inspection) {
    if (check) {
      inspection.facts().put("checked", true);
    }
    return inspection;
  }

  private Inspection inspectServer() throws IOException {
    StoreLocation server = StoreLocation.parse(place);
    try (SharedStores stores = SharedStores.patient()) {
      InterestStore store = stores.open(server);
      RedisEvents events = new RedisEvents(server);
      if (!events.exist()) {
        return marked(StoreInspection.of(store, check));
      }
      try (EventSource source = events.open()) {
        Inspection log = EventInspection.of(source);
        if (store.ids().isEmpty()) {
          return log;
        }
        Inspection both = marked(StoreInspection.of(store, check));
        both.facts().put("events", log.facts());
        return both;
      }
    }
  }

  private Inspection inspect(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return inspectFolder(path);
    }
    if (!Files.exists(path)) {
      throw new InputException(path + ": there is no such file or folder");
    }
    String name = path.toAbsolutePath().getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".npy")) {
      return ColumnInspection.of(path);
    }
    if (name.endsWith(".safetensors")) {
      return WeightsInspection.of(path);
    }
    if (name.endsWith(".json")) {
      return JsonInspection.of(path);
    }
    if (name.endsWith(".jsonl")) {
      return marked(LinesInspection.of(path, check));
    }
    if (name.endsWith(".csv") && LinesInspection.isPredictions(path)) {
      return LinesInspection.ofPredictions(path);
    }
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null && name.equals(Generation.FILE)) {
      return marked(StoreInspection.ofGeneration(folder, check));
    }
    throw new InputException(
        path
            + ": this is none of our files; inspect reads dataset, model, store and checkpoint"
            + " folders, and .npy, .safetensors, .json, .jsonl, .bin and predictions .csv files of"
            + " ours (logs are read by encode ingest)");
  }

  private Inspection inspectFolder(Path path) throws IOException {
    if (Files.exists(path.resolve(DatasetInfo.FILE))) {
      return marked(DatasetInspection.of(path, check));
    }
    if (Files.exists(path.resolve(ModelSpec.FILE))) {
      return ModelInspection.of(path);
    }
    if (Files.isDirectory(path.resolve("generations"))) {
      return marked(StoreInspection.of(Store.open(path), check));
    }
    if (Files.exists(path.resolve(GenerationManifest.FILE))) {
      return marked(StoreInspection.ofGeneration(path, check));
    }
    if (Files.exists(path.resolve(JsonInspection.WORLD))) {
      return JsonInspection.ofWorld(path);
    }
    if (EventInspection.isLog(path)) {
      return EventInspection.of(path);
    }
    Path checkpoint = JsonInspection.newestCheckpoint(path);
    if (checkpoint != null) {
      return JsonInspection.ofCheckpoint(checkpoint);
    }
    throw new InputException(
        path
            + " is no dataset, model, store, generation, event log, checkpoint or world of ours: it"
            + " holds no"
            + " dataset.json, model.json, manifest.json, world.json or generations folder, but "
            + entries(path));
  }

  private static String entries(Path path) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        names.add(entry.getFileName().toString());
      }
    }
    if (names.isEmpty()) {
      return "nothing";
    }
    names.sort(null);
    int shown = Math.min(SHOWN_ENTRIES, names.size());
    String list = String.join(", ", names.subList(0, shown));
    return shown < names.size() ? list + " and " + (names.size() - shown) + " more" : list;
  }
}
