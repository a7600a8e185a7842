package io.encodectr.experiment;

import io.encodectr.evaluation.CandidateTiming.Cost;
import io.encodectr.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Results as CSV (RFC 4180): a line for each section, row and seed; a field is empty where there is
 * no number. Inference time, measured once, stands on the first seed's line.
 */
final class ResultsTable {
  private ResultsTable() {}

  static void write(
      Path file,
      ExperimentPlan plan,
      Scoreboard board,
      long timedSeed,
      @Nullable InferenceTimes times)
      throws IOException {
    StringBuilder text = new StringBuilder("section,row,label,x,seed,");
    text.append(String.join(",", Scoreboard.MEASURES)).append(",inference_ms,inference_p99_ms\r\n");
    for (Section section : plan.sections()) {
      for (Row row : section.rows()) {
        Cost cost = times == null ? null : times.costs().get(row.variant().id());
        SequencedMap<Long, Map<String, Object>> runs = board.runs(row.id());
        runs.forEach((seed, found) ->
            line(text, section, row, seed, found, seed.equals(timedSeed) ? cost : null));
      }
    }
    AtomicFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void line(
      StringBuilder text,
      Section section,
      Row row,
      long seed,
      Map<String, Object> found,
      @Nullable Cost cost) {
    List<String> fields = new ArrayList<>();
    fields.add(section.id());
    fields.add(row.id());
    fields.add('"' + row.label().replace("\"", "\"\"") + '"');
    Double x = row.x();
    fields.add(x == null ? "" : PaperPlan.number(x));
    fields.add(Long.toString(seed));
    for (String measure : Scoreboard.MEASURES) {
      fields.add(found.get(measure) instanceof Number number ? number.toString() : "");
    }
    if (cost != null && row.fresh()) {
      fields.add(Double.toString(cost.medianMilliseconds()));
      fields.add(Double.toString(cost.p99Milliseconds()));
    } else {
      fields.addAll(List.of("", ""));
    }
    text.append(String.join(",", fields)).append("\r\n");
  }
}
