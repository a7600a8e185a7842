package io.encodectr.report;

import io.encodectr.file.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results as an experiment writes them, with invented numbers of a real experiment's size: every
 * kind of section, twelve methods, missing measurements. The same seeds give the same numbers.
 */
final class SampleResults {
  /** A label that would run a script if it were ever parsed as markup. */
  static final String HOSTILE =
      "<img src=x"
          + " onerror=\"document.title='broken'\"></script><script>document.title='broken'</script>"
          + "<!--\u2028'\"&";

  static final List<String> METHODS =
      List.of(
          "din",
          "avg-pooling",
          "din-l",
          "mimn",
          "sim-hard",
          "ubr4ctr",
          "eta",
          "twin",
          "sdim",
          "encode",
          "encode-mass",
          "encode-minus");

  private static final List<String> LABELS =
      List.of(
          "DIN",
          "AvgPooling",
          "DIN-L",
          "MIMN",
          "SIM (hard)",
          "UBR4CTR",
          "ETA",
          "TWIN",
          "SDIM",
          "ENCODE",
          "ENCODE, mass-aware",
          "ENCODE\u207b");
  private static final double[] AUC = {
    .6463, .6612, .7303, .6790, .7118, .7011, .7164, .7209, .7178, .7307, .7331, .7262
  };
  private static final double[] MILLISECONDS = {
    2.1, 2.4, 11.9, 3.1, 3.9, 6.8, 4.6, 5.9, 2.9, 3.3, 3.35, 3.3
  };
  private static final double[] RI = {
    Double.NaN, 5.455, 4.705, Double.NaN, 6.91, 6.93, 7.03, 6.76, 6.92, 5.296, 5.02, 5.38
  };

  private final List<Integer> seeds;
  private final Random random = new Random(7);

  /**
   * Which rows have all their runs; the others have the first seed's only, every other one none.
   */
  private final Predicate<String> ended;

  private final String firstLabel;
  private int cut;

  private SampleResults(List<Integer> seeds, Predicate<String> ended, String firstLabel) {
    this.seeds = seeds;
    this.ended = ended;
    this.firstLabel = firstLabel;
  }

  /** Three seeds, everything measured. */
  static ObjectNode complete() {
    return new SampleResults(List.of(1, 2, 3), id -> true, LABELS.get(0)).results("paper", true);
  }

  /** A killed experiment: of some rows one seed, of others none. */
  static ObjectNode unfinished() {
    Predicate<String> ended = id -> List.of("din", "avg-pooling", "din-l", "sim-hard").contains(id);
    return new SampleResults(List.of(1, 2, 3), ended, LABELS.get(0)).results("paper", false);
  }

  /** A quick look: one seed. */
  static ObjectNode oneSeed() {
    return new SampleResults(List.of(1), id -> true, LABELS.get(0)).results("paper", true);
  }

  /** Three seeds; labels, notes, options and sentences try to become markup. */
  static ObjectNode hostile() {
    ObjectNode results =
        new SampleResults(List.of(1, 2, 3), id -> true, HOSTILE).results("paper", true);
    ObjectNode section = (ObjectNode) results.get("sections").get(0);
    section.put("title", HOSTILE).put("question", HOSTILE);
    section.putArray("findings").add(HOSTILE);
    ObjectNode row = (ObjectNode) section.get("rows").get(0);
    row.put("note", HOSTILE);
    row.putObject("options").put(HOSTILE, HOSTILE);
    ((ObjectNode) row.get("chosen")).put("name", HOSTILE);
    ((ObjectNode) results.get("provenance")).put("command", HOSTILE);
    ((ObjectNode) results.get("provenance").get("dataset")).put("path", "/data/" + HOSTILE);
    ((ArrayNode) results.get("protocol")).add(HOSTILE);
    return results;
  }

  /** Trials and runs that came to nothing, and runs of an earlier build. */
  static ObjectNode failed() {
    ObjectNode results =
        new SampleResults(List.of(1, 2, 3), id -> true, LABELS.get(0)).results("paper", true);
    JsonNode rows = results.get("sections").get(1).get("rows");
    ObjectNode mimn = (ObjectNode) rows.get(METHODS.indexOf("mimn"));
    mimn.put("failed", "all trials of mimn failed, the last because the loss is not a number");
    mimn.putArray("runs");
    mimn.putObject("mean");
    mimn.putObject("chosen").put("trials", 1);
    mimn.remove(List.of("inference", "significance", "std"));
    ((ObjectNode) mimn.get("chosen"))
        .putArray("of")
        .addObject()
        .put("name", "lr 3e-3")
        .put("failed", "the loss is not a number");
    ObjectNode twin = (ObjectNode) rows.get(METHODS.indexOf("twin"));
    ((ArrayNode) twin.get("runs")).remove(2);
    twin.putArray("failed_runs").addObject().put("seed", 3).put("reason", "it ran away");
    for (JsonNode run : twin.get("runs")) {
      ((ObjectNode) run).put("program", "0.1.0-SNAPSHOT");
    }
    ArrayNode programs = ((ObjectNode) results.get("provenance")).putArray("programs");
    programs.addObject().put("version", "0.1.0-SNAPSHOT").put("trials", 4).put("runs", 2);
    programs.addObject().put("version", "0.1.0+1e7d3de00000").put("trials", 40).put("runs", 90);
    return results;
  }

  static Path write(Path folder, ObjectNode results) throws IOException {
    Path file = folder.resolve("results.json");
    Json.write(file, results);
    return file;
  }

  private ObjectNode results(String experiment, boolean complete) {
    ObjectNode results = Json.mapper().createObjectNode();
    results
        .put("format", 1)
        .put("experiment", experiment)
        .put("created", "2026-11-23T15:04:05Z")
        .put("complete", complete);
    provenance(results.putObject("provenance"));
    results
        .putArray("protocol")
        .add(
            "Every method had four trials of three epochs each on the last tenth of the training"
                + " period; test samples took no part in any choice.")
        .add("Features, embeddings, recent sequence, tower, optimizer and batches are the same.")
        .add("Inference times are medians of one run in which all methods take turns.");
    ArrayNode sections = sections(results);
    for (JsonNode section : sections) {
      section.get("rows").forEach(row -> summarize((ObjectNode) row));
    }
    return results;
  }

  private ArrayNode sections(ObjectNode results) {
    ArrayNode sections = results.putArray("sections");
    sections.add(figure1());
    sections.add(methods("table2", "Table 2: methods", "Which method ranks best, at what cost?"));
    sections.add(relevance());
    sections.add(cost());
    sections.add(
        settings(
            "table4",
            "Table 4: ETA by other relevances",
            "m",
            List.of("ETA", "ETA-ENCODE", "ETA-TA")));
    sections.add(
        settings(
            "table5",
            "Table 5: sampling of triplets",
            null,
            List.of("Neighbors", "Sequence", "Batch")));
    sections.add(
        settings(
            "table6",
            "Table 6: losses",
            null,
            List.of(
                "None", "MSE", "N-pair-MC", "Triplet, fixed margin", "Triplet, dynamic margin")));
    sections.add(
        settings(
            "table7",
            "Table 7: clusterings",
            "complexity",
            List.of("Random", "Dynamic routing", "Agglomerative", "KMeans")));
    sections.add(
        sweep("figure3a", "box", "Figure 3a: number of clusters", "clusters", 10, 20, 30, 40, 50));
    sections.add(
        sweep(
            "figure3b",
            "box",
            "Figure 3b: reduced dimensionality",
            "m",
            2,
            4,
            6,
            8,
            10,
            12,
            14,
            16));
    ObjectNode staleness = sweep("staleness", "line", "Stale interests", "days", 0, 1, 7, 30);
    staleness.putArray("series").add("auc").add("gauc").add("log_loss");
    sections.add(staleness);
    sections.add(length());
    return sections;
  }

  private void provenance(ObjectNode provenance) {
    provenance
        .put("command", "./encode experiment paper --data world --out results --seeds 1,2,3")
        .put("code_version", "0.1.0-SNAPSHOT (1e7d3de)")
        .put("java", "OpenJDK 64-Bit Server VM 25.0.1+8-LTS")
        .put("libtorch", "2.13.0")
        .put("kernels", "vector-256");
    provenance
        .putObject("machine")
        .put("cpu", "AMD EPYC 9R14")
        .put("cores", 2)
        .put("memory_bytes", 25_276_502_016L)
        .put("os", "Linux 6.8");
    provenance
        .putObject("dataset")
        .put("path", "/data/world")
        .put("fingerprint", "9f21c17329f85ed8")
        .put("users", 3000)
        .put("items", 2000)
        .put("behaviors", 769_847)
        .put("train_samples", 136_123)
        .put("test_samples", 34_030)
        .put("mean_history", 256.6)
        .put("gauc_by", "page_view")
        .put("oracle_auc", .83267);
    ArrayNode list = provenance.putArray("seeds");
    seeds.forEach(list::add);
    provenance.put("fraction", 1.0).put("seconds", 6843.2);
  }

  private ObjectNode section(String id, String kind, String title, String question) {
    ObjectNode section = Json.mapper().createObjectNode();
    section.put("id", id).put("kind", kind).put("title", title).put("question", question);
    section
        .putArray("findings")
        .add(
            "ENCODE stays within 0.0004 AUC of DIN-L (p = 0.31) and answers in a quarter of the"
                + " time.")
        .add("Mass-aware ENCODE is 0.0024 above ENCODE, which all seeds agree on.");
    return section;
  }

  private ObjectNode methods(String id, String title, String question) {
    ObjectNode section = section(id, "table", title, question);
    columns(
        section,
        "auc",
        "gauc",
        "log_loss",
        "share_of_oracle",
        "inference_ms",
        "samples_per_second",
        "peak_memory_bytes");
    methodRows(section);
    return section;
  }

  private void methodRows(ObjectNode section) {
    ArrayNode rows = section.putArray("rows");
    for (int i = 0; i < METHODS.size(); i++) {
      rows.add(method(i));
    }
  }

  private ObjectNode method(int i) {
    String id = METHODS.get(i);
    ObjectNode row = row(id, i == 0 ? firstLabel : LABELS.get(i), AUC[i]);
    if (id.equals("encode-mass")) {
      row.put("note", "ours, beyond the paper");
      row.putObject("options").put("mass_aware", true);
    }
    if (id.equals("din-l")) {
      row.put("note", "upper bound");
    }
    if (!Double.isNaN(RI[i])) {
      for (var run : row.get("runs")) {
        ((ObjectNode) run).put("ri", RI[i] + .02 * random.nextGaussian());
        ((ObjectNode) run).put("recall_50", i == 2 ? 1 : 2.9 / RI[i]);
        ((ObjectNode) run).put("ri_unmatched", id.equals("sim-hard") ? .123 : 0);
      }
    }
    inference(row, MILLISECONDS[i]);
    if (!id.equals("encode") && row.get("runs").size() > 1) {
      double delta = AUC[i] - AUC[METHODS.indexOf("encode")];
      row.putObject("significance")
          .put("against", "encode")
          .put("delta_auc", delta)
          .put("p", Math.abs(delta) < .001 ? .31 : 3e-9)
          .put("low", delta - .0012)
          .put("high", delta + .0012)
          .put("seeds", 3)
          .put("test", "DeLong per seed, combined");
    }
    return row;
  }

  private ObjectNode relevance() {
    ObjectNode section =
        section(
            "table3", "table", "Table 3: relevance", "Do methods attend to what DIN-L attends to?");
    columns(section, "auc", "gauc", "ri", "recall_50", "ri_unmatched");
    section
        .putObject("scale")
        .put("ri_uniform", 5.455)
        .put("ri_floor", 4.705)
        .put("recall_uniform", .308);
    methodRows(section);
    return section;
  }

  private ObjectNode cost() {
    ObjectNode section =
        section("cost", "table", "What each method costs", "Time and memory, measured here.");
    columns(
        section,
        "inference_ms",
        "inference_p99_ms",
        "samples_per_second",
        "train_seconds",
        "peak_memory_bytes");
    methodRows(section);
    return section;
  }

  private ObjectNode figure1() {
    ObjectNode section =
        section(
            "figure1",
            "scatter",
            "Figure 1: quality against time",
            "What does accuracy cost at serving time?");
    section.put("x", "inference_ms").put("y", "auc");
    methodRows(section);
    return section;
  }

  private ObjectNode settings(String id, String title, String extra, List<String> labels) {
    ObjectNode section = section(id, "table", title, "What does each choice change?");
    columns(
        section,
        extra == null
            ? new String[] {"auc", "gauc", "log_loss"}
            : new String[] {extra, "auc", "gauc"});
    ArrayNode rows = section.putArray("rows");
    for (int i = 0; i < labels.size(); i++) {
      ObjectNode row = row(id + "-" + i, labels.get(i), .7242 + .0022 * i);
      if ("m".equals(extra)) {
        row.put("m", new int[] {64, 4, 32}[i]);
      }
      if ("complexity".equals(extra)) {
        row.put("complexity", List.of("O(K)", "O(TKLm)", "O(L\u00b2m)", "O(TKLm)").get(i));
      }
      rows.add(row);
    }
    return section;
  }

  private ObjectNode sweep(String id, String kind, String title, String x, int... values) {
    ObjectNode section =
        section(id, kind, title, "Which value is best, and how much does it matter?");
    section.put("x", x).put("y", "auc");
    ArrayNode rows = section.putArray("rows");
    for (int value : values) {
      double bend = .0035 * Math.abs(Math.log((value + 1) / 20.0));
      boolean usual = id.equals("figure3a") && value == 30 || id.equals("figure3b") && value == 4;
      String label = usual ? "ENCODE" : "ENCODE, " + x + " = " + value;
      rows.add(row(usual ? "encode" : id + "-" + value, label, .7320 - bend).put("x", value));
    }
    return section;
  }

  private ObjectNode length() {
    ObjectNode section =
        section(
            "length", "line", "Length of history", "What does a longer history bring, and cost?");
    section.put("x", "length");
    section.putArray("series").add("auc").add("inference_ms").add("train_seconds");
    ArrayNode rows = section.putArray("rows");
    for (String method : List.of("ENCODE", "DIN-L", "SIM (hard)")) {
      for (int length : new int[] {50, 100, 200, 500, 1000, 1500, 3000}) {
        double slope = method.equals("SIM (hard)") ? .006 : .009;
        ObjectNode row =
            row(method + "-" + length, method, .69 + slope * Math.log(length / 50.0))
                .put("x", length);
        inference(row, method.equals("DIN-L") ? 1.2 + .0077 * length : 3.2 + .0003 * length);
        rows.add(row);
      }
    }
    return section;
  }

  private ObjectNode row(String id, String label, double auc) {
    ObjectNode row = Json.mapper().createObjectNode();
    row.put("id", id).put("label", label);
    row.putObject("options");
    ObjectNode chosen = row.putObject("chosen");
    chosen
        .put("trials", 4)
        .put("name", "lr 3e-3, \u03b2 5")
        .put("validation_auc", auc - .002)
        .put("epoch", 3);
    ArrayNode trials = chosen.putArray("of");
    for (String name :
        List.of(
            "lr 1e-3, \u03b2 5", "lr 1e-3, \u03b2 20", "lr 3e-3, \u03b2 5", "lr 3e-3, \u03b2 20")) {
      double loss = name.equals("lr 3e-3, \u03b2 5") ? .002 : .004 + .004 * random.nextDouble();
      trials.addObject().put("name", name).put("validation_auc", auc - loss).put("epoch", 3);
    }
    ArrayNode runs = row.putArray("runs");
    int count = ended.test(id) ? seeds.size() : cut++ % 2;
    for (int seed : seeds.subList(0, count)) {
      run(runs.addObject().put("seed", seed), auc + .0015 * random.nextGaussian());
    }
    return row;
  }

  /** Means and standard deviations over the runs, as far as there are any. */
  private static void summarize(ObjectNode row) {
    ObjectNode mean = row.putObject("mean");
    ObjectNode std = row.putObject("std");
    JsonNode runs = row.get("runs");
    for (String measure :
        List.of("auc", "gauc", "log_loss", "share_of_oracle", "ri", "recall_50", "ri_unmatched")) {
      double[] values =
          runs.valueStream().mapToDouble(run -> run.path(measure).asDouble(Double.NaN)).toArray();
      double average = Arrays.stream(values).average().orElse(Double.NaN);
      if (Double.isFinite(average)) {
        mean.put(measure, average);
        double squares = Arrays.stream(values).map(v -> (v - average) * (v - average)).sum();
        std.put(
            measure, values.length < 2 ? null : (Double) Math.sqrt(squares / (values.length - 1)));
      }
    }
  }

  private void run(ObjectNode run, double auc) {
    run.put("auc", auc)
        .put("gauc", auc - .006)
        .put("log_loss", .86 - .49 * auc)
        .put("share_of_oracle", (auc - .5) / .33267)
        .put("train_seconds", 14 + 8 * random.nextDouble())
        .put("samples_per_second", 20_000 + 9000 * random.nextDouble())
        .put("peak_memory_bytes", 812_000_000L + random.nextInt(90_000_000))
        .put("relevance_against", "din-l")
        .put("gauc_groups", 3402);
    ArrayNode histories = run.putArray("histories");
    for (String behaviors : List.of("10-49", "50-199", "200-499", "500-999", "1000+")) {
      histories.addObject().put("behaviors", behaviors).put("samples", 6806).put("auc", auc);
    }
  }

  private void inference(ObjectNode row, double milliseconds) {
    if (row.get("runs").isEmpty()) {
      return;
    }
    row.putObject("inference")
        .put("candidates", 3000)
        .put("median_ms", milliseconds)
        .put("p99_ms", 1.2 * milliseconds)
        .put("rounds", 200)
        .put("history", 1500);
  }

  private static void columns(ObjectNode section, String... names) {
    ArrayNode columns = section.putArray("columns");
    for (String name : names) {
      columns.add(name);
    }
  }
}
