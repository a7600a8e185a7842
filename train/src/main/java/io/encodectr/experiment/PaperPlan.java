package io.encodectr.experiment;

import io.encodectr.evaluation.InterestUpkeep;
import io.encodectr.experiment.Section.Axes;
import io.encodectr.interest.InterestPrecision;
import io.encodectr.train.TrainOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The paper's tables and figures as sections, and the sweeps that go beyond them. */
final class PaperPlan {
  static final List<Double> CLUSTERS = List.of(10., 20., 30., 40., 50.);
  static final List<Double> DIMENSIONS = List.of(2., 4., 6., 8., 10., 12., 14., 16.);
  static final List<Double> LENGTHS = List.of(50., 100., 200., 500., 1000., 1500., 3000.);

  static final List<Double> DAYS = List.of(0., 1., 7., 30.);

  /** From here on whole numbers are written with an exponent. */
  private static final double MOST_WHOLE = 1e15;

  private static final String OURS = "ours, beyond the paper";
  private static final int EMBEDDING = 32;

  private static final Variant DIN = Variant.of("din", "DIN");
  private static final Variant AVERAGE = Variant.of("avg-pooling", "AvgPooling");
  private static final Variant FULL = Variant.of("din-l", "DIN-L (upper bound)");
  private static final Variant SIM = Variant.of("sim-hard", "SIM (hard)");
  private static final Variant UBR4CTR = Variant.of("ubr4ctr", "UBR4CTR");
  private static final Variant ETA = Variant.of("eta", "ETA");
  private static final Variant TWIN = Variant.of("twin", "TWIN");
  private static final Variant SDIM = Variant.of("sdim", "SDIM");
  private static final Variant MIMN = Variant.of("mimn", "MIMN");
  static final Variant ENCODE = Variant.of("encode", "ENCODE");
  private static final Variant MINUS = Variant.of("encode-minus", "ENCODE⁻");
  private static final Variant ETA_ENCODE = Variant.of("eta-encode", "ETA-ENCODE");
  private static final Variant ETA_TA = Variant.of("eta-ta", "ETA-TA");
  static final Variant MASS =
      ENCODE.with("encode-mass", "ENCODE, mass-aware", Map.of("mass", "count")).choosing();
  static final Variant LEARNED_MASS =
      ENCODE.with("encode-learned-mass", "ENCODE, mass-aware: learned", Map.of("mass", "learned"));

  private static final Sweep OVER_CLUSTERS =
      new Sweep(
          "clusters",
          "K",
          "clusters",
          "Figure 3a: number of clusters K",
          "How many interests does a user need?");
  private static final Sweep OVER_DIMENSIONS =
      new Sweep(
          "low_dimension",
          "m",
          "m",
          "Figure 3b: dimensions m of the clustered space",
          "How far can behaviors be projected down?");

  private static final List<String> QUALITY = List.of("auc", "gauc", "log_loss", "share_of_oracle");

  private PaperPlan() {}

  /**
   * Settings that plain ENCODE will be trained with, as far as the grid leaves no choice; null
   * where trials vary them.
   *
   * @param clusters K of ENCODE
   * @param dimension m of ENCODE
   * @param retrieval m of ETA-ENCODE
   */
  record Settled(
      @Nullable Integer clusters, @Nullable Integer dimension, @Nullable Integer retrieval) {
    /** The methods' defaults. */
    static Settled usual() {
      TrainOptions encode = TrainOptions.defaults("encode");
      int dimension = TrainOptions.defaults("eta-encode").lowDimension();
      return new Settled(encode.clusters(), encode.lowDimension(), dimension);
    }

    /** What a grid leaves. */
    static Settled of(Grid grid) {
      return new Settled(
          grid.settled(ENCODE, "clusters"),
          grid.settled(ENCODE, "low_dimension"),
          grid.settled(ETA_ENCODE, "low_dimension"));
    }
  }

  /** The paper's evaluation with the methods' defaults. */
  static ExperimentPlan paper() {
    return paper(Settled.usual());
  }

  /** Tables 2 to 7, Figures 1 and 3, and our own variants. */
  static ExperimentPlan paper(Settled settled) {
    return new ExperimentPlan(
        "paper",
        List.of(
            table2(),
            table3(),
            table4(settled),
            table5(),
            table6(),
            table7(),
            figure1(),
            OVER_CLUSTERS.figure("figure3a", CLUSTERS, settled.clusters()),
            OVER_DIMENSIONS.figure("figure3b", DIMENSIONS, settled.dimension()),
            extras()));
  }

  /** AUC over the number of clusters. */
  static ExperimentPlan clusterSweep(List<Double> values, Settled settled) {
    return new ExperimentPlan(
        "k-sweep", List.of(OVER_CLUSTERS.figure("k-sweep", values, settled.clusters())));
  }

  /** AUC over the dimensions that are clustered in. */
  static ExperimentPlan dimensionSweep(List<Double> values, Settled settled) {
    return new ExperimentPlan(
        "m-sweep", List.of(OVER_DIMENSIONS.figure("m-sweep", values, settled.dimension())));
  }

  /** DIN-L and ENCODE by the length of the history they see. */
  static ExperimentPlan lengthSweep(List<Double> values) {
    List<Row> rows = new ArrayList<>();
    for (Variant variant : List.of(FULL, ENCODE)) {
      for (double value : values) {
        String number = number(value);
        rows.add(
            Row.of(
                    variant.with(
                        variant.id() + "-length-" + number,
                        variant.method().equals("encode") ? "ENCODE" : "DIN-L",
                        Map.of("long_length", (int) value)))
                .on(variant.method().equals("encode") ? "ENCODE" : "DIN-L")
                .at(value));
      }
    }
    return new ExperimentPlan(
        "length",
        List.of(
            Section.figure(
                "length",
                "line",
                "Length of the history",
                "What do longer histories bring, and what do they cost?",
                new Axes("length", List.of("auc", "inference_ms", "train_seconds")),
                "encode-length-" + number(values.getLast()),
                rows)));
  }

  /** ENCODE by how old the extracted interests are that a request meets. */
  static ExperimentPlan staleness(List<Double> days) {
    List<Row> rows = new ArrayList<>();
    for (double value : days) {
      String every = number(value);
      Row row =
          value == 0
              ? Row.labeled(ENCODE, "ENCODE, extracted at the request")
              : Row.kept(
                  ENCODE,
                  InterestUpkeep.everyDays(value),
                  "-every-" + every + "-days",
                  "ENCODE, extracted every " + every + (value == 1 ? " day" : " days"));
      rows.add(row.on("ENCODE").at(value));
    }
    return new ExperimentPlan(
        "staleness",
        List.of(
            Section.figure(
                "staleness",
                "line",
                "Age of the extracted interests",
                "What does it cost to extract interests now and then instead of at each request?",
                new Axes("days", List.of("auc", "gauc", "log_loss")),
                rows.getFirst().id(),
                rows)));
  }

  /** ENCODE with interests in half precision. */
  static ExperimentPlan quantize() {
    return new ExperimentPlan(
        "quantize",
        List.of(
            Section.table(
                "quantize",
                "Interests in half precision",
                "What is lost if interests are stored as 16-bit floats?",
                List.of("auc", "gauc", "log_loss", "max_score_delta", "bytes_per_user"),
                ENCODE.id(),
                List.of(
                    Row.labeled(ENCODE, "ENCODE, 32-bit floats"),
                    Row.kept(
                        ENCODE,
                        new InterestUpkeep(0, InterestPrecision.FLOAT16),
                        "-float16",
                        "ENCODE, 16-bit floats")))));
  }

  private static List<Row> methods() {
    return List.of(
        Row.of(DIN),
        Row.of(AVERAGE),
        Row.of(FULL),
        Row.of(MIMN).noted("left out of the paper's Table 2"),
        Row.of(SIM),
        Row.of(UBR4CTR),
        Row.of(ETA),
        Row.of(TWIN),
        Row.of(SDIM),
        Row.of(ENCODE),
        Row.of(MASS).noted(OURS));
  }

  private static Section table2() {
    List<String> columns = new ArrayList<>(QUALITY);
    columns.add("inference_ms");
    columns.add("samples_per_second");
    columns.add("peak_memory_bytes");
    return Section.table(
        "table2",
        "Table 2: methods",
        "Which method ranks best, and what does a request cost?",
        columns,
        "encode",
        methods());
  }

  private static Section table3() {
    List<Row> rows = new ArrayList<>(methods());
    rows.add(rows.size() - 2, Row.of(MINUS));
    return Section.table(
        "table3",
        "Table 3: relevance of what is attended to",
        "Whose weights over the history come closest to full target attention?",
        List.of("auc", "gauc", "ri", "recall_50", "ri_unmatched"),
        "encode",
        rows);
  }

  private static Section table4(Settled settled) {
    Integer retrieval = settled.retrieval();
    Row learned = Row.of(ETA_ENCODE);
    return Section.table(
        "table4",
        "Table 4: retrieval by learned projection",
        "Does ENCODE's projection retrieve better than SimHash?",
        QUALITY,
        "eta",
        List.of(
            Row.of(DIN),
            Row.of(ETA).dimensions(64),
            retrieval == null ? learned : learned.dimensions(retrieval),
            Row.of(ETA_TA).dimensions(EMBEDDING)));
  }

  private static Section table5() {
    return Section.table(
        "table5",
        "Table 5: where positives and negatives come from",
        "From where should the triplets of metric learning be drawn?",
        QUALITY,
        "encode",
        List.of(
            Row.of(DIN),
            Row.labeled(sampling("neighbors"), "ENCODE, within neighbors"),
            Row.labeled(ENCODE, "ENCODE, within sequence"),
            Row.labeled(sampling("batch"), "ENCODE, within batch")));
  }

  private static Variant sampling(String from) {
    return ENCODE.with(
        "encode-sampling-" + from, "ENCODE, within " + from, Map.of("triplet_sampling", from));
  }

  private static Section table6() {
    return Section.table(
        "table6",
        "Table 6: losses of metric learning",
        "By which loss should the projection learn?",
        QUALITY,
        "encode",
        List.of(
            Row.of(DIN),
            Row.of(AVERAGE),
            Row.of(FULL),
            Row.of(loss("none", "none")),
            Row.of(loss("mse", "MSE")),
            Row.of(loss("n-pair", "N-pair-MC")),
            Row.of(loss("triplet-fixed", "triplets, fixed margin")),
            Row.labeled(ENCODE, "ENCODE, triplets, dynamic margin")));
  }

  private static Variant loss(String name, String words) {
    return ENCODE.with("encode-loss-" + name, "ENCODE, " + words, Map.of("metric_loss", name));
  }

  private static Section table7() {
    return Section.table(
        "table7",
        "Table 7: clusterings",
        "How much does the clustering algorithm matter?",
        List.of("auc", "gauc", "log_loss", "share_of_oracle", "complexity", "samples_per_second"),
        "encode",
        List.of(
            Row.of(DIN),
            Row.of(clustering("random", "random")).costing("O(K)"),
            Row.of(clustering("routing", "dynamic routing")).costing("O(TKLm)"),
            Row.of(clustering("agglomerative", "agglomerative")).costing("O(L²m)"),
            Row.labeled(ENCODE, "ENCODE, KMeans").costing("O(TKLm)")));
  }

  private static Variant clustering(String name, String words) {
    return ENCODE.with("encode-clustering-" + name, "ENCODE, " + words, Map.of("clustering", name));
  }

  private static Section figure1() {
    return Section.figure(
        "figure1",
        "scatter",
        "Figure 1: ranking against cost",
        "Which method is both good and quick?",
        new Axes("inference_ms", List.of("auc")),
        "encode",
        methods());
  }

  /**
   * A whole-number option of ENCODE along an axis.
   *
   * @param symbol the option's in the paper
   */
  private record Sweep(String option, String symbol, String axis, String title, String question) {
    /**
     * AUC over some values.
     *
     * @param settled what plain ENCODE will be trained with; null if that is open
     */
    Section figure(String id, List<Double> values, @Nullable Integer settled) {
      List<Row> rows = new ArrayList<>();
      for (double value : values) {
        int whole = (int) value;
        Variant variant =
            Integer.valueOf(whole).equals(settled)
                ? ENCODE
                : ENCODE.with(
                    "encode-" + symbol.toLowerCase(Locale.ROOT) + "-" + whole,
                    "ENCODE, " + symbol + " = " + whole,
                    Map.of(option, whole));
        rows.add(Row.of(variant).at(whole));
      }
      return Section.figure(
          id, "box", title, question, new Axes(axis, List.of("auc")), reference(rows), rows);
    }
  }

  /** Plain ENCODE where its setting is among the values, else the first. */
  private static String reference(List<Row> rows) {
    return rows.stream()
        .map(Row::id)
        .filter("encode"::equals)
        .findFirst()
        .orElse(rows.getFirst().id());
  }

  private static Section extras() {
    return Section.table(
        "extras",
        "Beyond the paper",
        "Do our own variants bring anything, and what if β divides, as printed?",
        QUALITY,
        "encode",
        List.of(
            Row.of(ENCODE),
            Row.labeled(MASS, "ENCODE, mass-aware: count").noted(OURS),
            Row.of(
                    MASS.with(
                        "encode-mass-lse",
                        "ENCODE, mass-aware: log-sum-exp",
                        Map.of("mass", "log-sum-exp")))
                .noted(OURS),
            Row.of(
                    MASS.with(
                        "encode-mass-spread",
                        "ENCODE, mass-aware: count and spread",
                        Map.of("mass", "spread")))
                .noted(OURS),
            Row.of(LEARNED_MASS).noted(OURS + "; knows recency and repetition, as TWIN does"),
            // Cosine divided by 20, as the paper prints it, is cosine times 1/20.
            Row.of(
                    ENCODE.with(
                        "encode-beta-divides",
                        "ENCODE, divided by β = 20",
                        Map.of("beta", 1 / 20f)))
                .noted("as Eq. 9 is printed: all weights come out nearly equal")));
  }

  /** All variants that have trials of their own. */
  static List<Variant> choosing() {
    return paper().variants().stream().filter(each -> each.id().equals(each.choice())).toList();
  }

  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < MOST_WHOLE
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%s", value);
  }
}
