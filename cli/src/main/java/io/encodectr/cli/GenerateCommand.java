package io.encodectr.cli;

import io.encodectr.file.InputException;
import io.encodectr.world.World;
import io.encodectr.world.WorldSpec;
import io.encodectr.world.WorldSummary;
import io.encodectr.world.WorldWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the logs of a synthetic shop whose true click probabilities are known. */
@Command(
    name = "generate",
    description = "Writes the logs of a synthetic shop whose true click probabilities are known.")
final class GenerateCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Where the log folder is written.")
  private Path out;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = "demo",
      description =
          "demo, small or movielens-32m (default: ${DEFAULT-VALUE}); other options change it.")
  private String preset;

  @Option(names = "--users", paramLabel = "N", description = "Users.")
  private @Nullable Integer users;

  @Option(names = "--items", paramLabel = "N", description = "Items.")
  private @Nullable Integer items;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description =
          "Rows of the event log, exactly; sets how active the users are (default: in proportion to"
              + " the users).")
  private @Nullable Long rows;

  @Option(
      names = "--categories",
      paramLabel = "N",
      description = "Item categories (default: an item in 50).")
  private @Nullable Integer categories;

  @Option(
      names = "--history-median",
      paramLabel = "N",
      description =
          "Median number of behaviors before the page views (default: the preset's; with --rows: so"
              + " that they are 60%% of the rows).")
  private @Nullable Double historyMedian;

  @Option(
      names = "--history-max",
      paramLabel = "N",
      description = "Most behaviors of a user before the page views (default: 3000).")
  private @Nullable Integer historyMax;

  @Option(names = "--days", paramLabel = "N", description = "Length of it all (default: 365).")
  private @Nullable Integer days;

  @Option(
      names = "--sample-days",
      paramLabel = "N",
      description = "The last days, in which page views are logged (default: 60).")
  private @Nullable Integer sampleDays;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      defaultValue = "csv",
      description = "csv or csv.gz (default: ${DEFAULT-VALUE}).")
  private String format;

  @Override
  public Integer call() throws IOException {
    if (!format.equals("csv") && !format.equals("csv.gz")) {
      throw new InputException("--format must be csv or csv.gz; it is \"" + format + "\"");
    }
    WorldSpec spec =
        WorldSpec.of(
            WorldSpec.Preset.of(preset),
            new WorldSpec.Wishes(
                users,
                items,
                categories,
                rows,
                historyMedian,
                historyMax,
                days,
                sampleDays,
                common.seed()));
    WorldWriter writer =
        new WorldWriter(
            World.of(spec), format.equals("csv.gz"), common.threads(), common.progress());
    WorldSummary summary = writer.write(out, output.overwrite());
    common.printer().print(result(summary));
    common
        .printer()
        .remark(
            "Next: ./encode ingest --format csv --input %s --mapping %s --out dataset"
                .formatted(out, out.resolve("mapping.yaml")));
    return Encode.DONE;
  }

  private SequencedMap<String, Object> result(WorldSummary summary) {
    SequencedMap<String, Object> result = new LinkedHashMap<>();
    result.put("users", summary.counts().users());
    result.put("items", summary.counts().items());
    result.put("rows", summary.counts().rows());
    result.put("behaviors", summary.counts().behaviors());
    result.put("samples", summary.counts().samples());
    result.put("page_views", summary.counts().pageViews());
    result.put("click_rate", summary.oracle().clickRate());
    result.put("oracle_auc", summary.oracle().auc());
    result.put("history_median", summary.model().historyMedian());
    result.put("folder", out.toString());
    return result;
  }
}
