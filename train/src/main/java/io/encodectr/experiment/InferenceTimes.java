package io.encodectr.experiment;

import io.encodectr.dataset.Dataset;
import io.encodectr.evaluation.CandidateTiming;
import io.encodectr.evaluation.CandidateTiming.Cost;
import io.encodectr.evaluation.CandidateTiming.Schedule;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.file.Sha256;
import io.encodectr.model.Model;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.Arithmetic;
import io.encodectr.scoring.ScoringModel;
import io.encodectr.scoring.ScoringOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What requests cost, of all timed variants in one interleaved measurement. Kept in a file;
 * measured again when a model, or what is asked, has changed.
 *
 * @param program that measured
 * @param models checksums of the models measured, by variant, in the order of a round
 * @param costs by variant
 */
record InferenceTimes(
    int candidates,
    int rounds,
    String program,
    Map<String, String> models,
    Map<String, Cost> costs) {
  private static final String PROGRAM = "program";
  private static final int USERS = 100;

  /**
   * The kept times of exactly these models, or null.
   *
   * @param mixedPrograms whether another program may have measured them
   */
  static @Nullable InferenceTimes kept(
      Path file,
      SequencedMap<String, Path> models,
      int candidates,
      int rounds,
      boolean mixedPrograms)
      throws IOException {
    InferenceTimes kept = Files.exists(file) ? read(file) : null;
    boolean same =
        kept != null
            && kept.candidates == candidates
            && kept.rounds == rounds
            && (mixedPrograms || kept.program.equals(ProgramVersion.current()))
            && kept.models.equals(checksums(models));
    return same ? kept : null;
  }

  /** Reads times, of an earlier program too; null if they are none. */
  private static @Nullable InferenceTimes read(Path file) throws IOException {
    try {
      JsonNode tree = Json.readTree(file);
      if (tree instanceof ObjectNode object && !object.has(PROGRAM)) {
        object.put(PROGRAM, ProgramVersion.UNKNOWN);
      }
      return Json.bind(file, tree, InferenceTimes.class);
    } catch (InputException e) {
      return null;
    }
  }

  /**
   * Measures the models and keeps the times.
   *
   * @param warmUpSeconds of requests to each model before those that count
   */
  static InferenceTimes measure(
      Path file,
      Dataset dataset,
      SequencedMap<String, Path> models,
      int candidates,
      int rounds,
      double warmUpSeconds,
      Progress progress)
      throws IOException {
    // All are held at a time, and all are to be prepared alike.
    var options = new ScoringOptions(Arithmetic.FLOAT32, 0.5 / models.size());
    List<ScoringModel> loaded = new ArrayList<>();
    for (Path model : models.values()) {
      loaded.add(ScoringModel.of(Model.load(model), options));
    }
    Schedule schedule = new Schedule(candidates, USERS, warmUpSeconds, 0, rounds, rounds);
    List<Cost> costs = CandidateTiming.measure(dataset, dataset.test(), loaded, schedule, progress);
    Map<String, Cost> byVariant = new LinkedHashMap<>();
    int next = 0;
    for (String variant : models.keySet()) {
      byVariant.put(variant, costs.get(next++));
    }
    InferenceTimes times =
        new InferenceTimes(
            candidates, rounds, ProgramVersion.current(), checksums(models), byVariant);
    Json.write(file, times);
    return times;
  }

  private static Map<String, String> checksums(SequencedMap<String, Path> models)
      throws IOException {
    Map<String, String> checksums = new LinkedHashMap<>();
    for (Map.Entry<String, Path> model : models.entrySet()) {
      checksums.put(model.getKey(), Sha256.of(model.getValue().resolve("model.json")));
    }
    return checksums;
  }
}
