package io.encodectr.experiment;

import io.encodectr.evaluation.CandidateTiming.Cost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What methods cost: time of a request, speed of training, memory. */
final class CostFindings {
  private static final String SPEED = "samples_per_second";
  private static final String MEMORY = "peak_memory_bytes";
  private static final double SAMPLES = 100_000;
  private static final double MEGABYTE = 1e6;

  /** Times that differ by less are no difference as they are told. */
  private static final double ALIKE = 1.05;

  private final Section section;
  private final Scoreboard board;
  private final @Nullable InferenceTimes times;

  private record Priced(Row row, double price) {}

  CostFindings(Section section, Scoreboard board, @Nullable InferenceTimes times) {
    this.section = section;
    this.board = board;
    this.times = times;
  }

  /** Sentences on the costs that the section shows. */
  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    add(sentences, requests());
    if (section.columns().contains(SPEED) && section.columns().contains(MEMORY)) {
      add(sentences, range(SPEED, 1, "Training works through ", " samples a second"));
      add(sentences, range(MEMORY, MEGABYTE, "Training takes at most ", " MB of memory"));
    }
    return sentences;
  }

  private static void add(List<String> sentences, @Nullable String sentence) {
    if (sentence != null) {
      sentences.add(sentence);
    }
  }

  /** Who is quicker than ENCODE and who slower. */
  private @Nullable String requests() {
    Double own = milliseconds(times, PaperPlan.ENCODE.id());
    if (own == null || !section.timed()) {
      return null;
    }
    List<String> quicker = new ArrayList<>();
    List<String> alike = new ArrayList<>();
    List<String> slower = new ArrayList<>();
    for (Row row : section.rows()) {
      Double price = milliseconds(times, row.variant().id());
      if (price == null || row.id().equals(PaperPlan.ENCODE.id())) {
        continue;
      }
      String told = row.label() + " (" + Wording.number(price) + " ms)";
      (price * ALIKE < own ? quicker : price > own * ALIKE ? slower : alike).add(told);
    }
    Double full = milliseconds(times, ExperimentPlan.IDEAL);
    return "A request costs ENCODE "
        + Wording.number(own)
        + " ms once its interests are extracted"
        + part("; quicker: ", quicker)
        + part("; within 5%: ", alike)
        + part("; slower: ", slower)
        + "."
        + (full == null
            ? ""
            : " DIN-L takes "
                + Wording.number(full / own)
                + " times as long as ENCODE (in the paper about twice).");
  }

  private static String part(String head, List<String> rows) {
    return rows.isEmpty() ? "" : head + Wording.list(rows);
  }

  /** From the least to the most of a measure, and where ENCODE stands. */
  private @Nullable String range(String measure, double unit, String head, String tail) {
    List<Priced> priced = new ArrayList<>();
    for (Row row : section.rows()) {
      Double value = board.mean(row.id(), measure);
      if (value != null) {
        priced.add(new Priced(row, value / unit));
      }
    }
    Double own = board.mean(PaperPlan.ENCODE.id(), measure);
    if (priced.size() < 2 || own == null) {
      return null;
    }
    priced.sort(Comparator.comparingDouble(Priced::price));
    Priced least = priced.getFirst();
    Priced most = priced.getLast();
    return head
        + Wording.number(least.price())
        + " ("
        + least.row().label()
        + ") to "
        + Wording.number(most.price())
        + " ("
        + most.row().label()
        + ")"
        + tail
        + "; ENCODE "
        + Wording.number(own / unit)
        + ". For orientation: the machine may have had other work.";
  }

  /** What a line of a figure costs from its first to its last row. */
  static @Nullable String alongLine(
      Section section,
      Scoreboard board,
      @Nullable InferenceTimes times,
      String line,
      List<Row> rows) {
    Section.Axes axes = section.axes();
    if (rows.size() < 2 || axes == null || !axes.y().contains("inference_ms")) {
      return null;
    }
    Row first = rows.getFirst();
    Row last = rows.getLast();
    Double x = first.x();
    Double to = last.x();
    Double quick = milliseconds(times, first.variant().id());
    Double slow = milliseconds(times, last.variant().id());
    Double speedFirst = board.mean(first.id(), SPEED);
    Double speedLast = board.mean(last.id(), SPEED);
    if (x == null || to == null || speedFirst == null || speedLast == null) {
      return null;
    }
    return "From a history of "
        + PaperPlan.number(x)
        + " to one of "
        + PaperPlan.number(to)
        + ", "
        + (quick == null || slow == null
            ? ""
            : "a request to "
                + line
                + " goes from "
                + Wording.number(quick)
                + " to "
                + Wording.number(slow)
                + " ms, and ")
        + "training "
        + line
        + " on 100,000 samples from "
        + Wording.number(SAMPLES / speedFirst)
        + " to "
        + Wording.number(SAMPLES / speedLast)
        + " s.";
  }

  private static @Nullable Double milliseconds(@Nullable InferenceTimes times, String variant) {
    Cost cost = times == null ? null : times.costs().get(variant);
    return cost == null ? null : cost.medianMilliseconds();
  }
}
