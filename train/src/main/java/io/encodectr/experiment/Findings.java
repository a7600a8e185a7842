package io.encodectr.experiment;

import io.encodectr.evaluation.CandidateTiming.Cost;
import io.encodectr.evaluation.DeLong;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a section's numbers say, in plain sentences. Nothing is called better or worse that the test
 * does not tell apart.
 */
final class Findings {
  /** AUCs that differ by less, with 95% confidence, are about equal. */
  static final double ABOUT_EQUAL = 0.002;

  private final Section section;
  private final Scoreboard board;
  private final @Nullable InferenceTimes times;

  /** Rows with results, the best AUC first. */
  private final List<Ranked> ranked = new ArrayList<>();

  private record Ranked(Row row, double auc) {}

  Findings(Section section, Scoreboard board, @Nullable InferenceTimes times) {
    this.section = section;
    this.board = board;
    this.times = times;
    for (Row row : section.rows()) {
      Double auc = board.mean(row.id(), "auc");
      if (auc != null) {
        ranked.add(new Ranked(row, auc));
      }
    }
    ranked.sort(Comparator.comparingDouble(Ranked::auc).reversed());
  }

  /** The sentences; none before there are two rows to compare. */
  List<String> sentences() throws IOException {
    List<String> sentences = new ArrayList<>();
    if (ranked.size() < 2) {
      return sentences;
    }
    add(sentences, fewSeeds());
    switch (section.kind()) {
      case "scatter" -> add(sentences, front());
      case "box" -> sentences.addAll(setting());
      case "line" -> sentences.addAll(byLine());
      default -> {
        sentences.add(ranking());
        add(sentences, againstReference());
        sentences.addAll(claims());
        if (section.id().equals("table2")) {
          sentences.addAll(losses());
        }
        sentences.addAll(new CostFindings(section, board, times).sentences());
        sentences.addAll(new RelevanceFindings(section, board).sentences());
      }
    }
    add(sentences, states());
    return sentences;
  }

  /** What one seed cannot tell. */
  private @Nullable String fewSeeds() {
    long least =
        ranked.stream().mapToLong(each -> board.runs(each.row().id()).size()).min().orElse(0);
    long most =
        ranked.stream().mapToLong(each -> board.runs(each.row().id()).size()).max().orElse(0);
    if (least == 1 && !section.kind().equals("scatter")) {
      return (most == 1 ? "One seed" : "Some rows have one seed so far")
          + ": what is called significant here holds for two trained models on other samples of"
          + " this kind; another seed may turn it.";
    }
    return least == most ? null : "Rows have different numbers of seeds so far.";
  }

  private static void add(List<String> sentences, @Nullable String sentence) {
    if (sentence != null) {
      sentences.add(sentence);
    }
  }

  private String ranking() {
    Ranked first = ranked.getFirst();
    Ranked second = ranked.get(1);
    return "Highest mean AUC: "
        + first.row().label()
        + " ("
        + Wording.auc(first.auc())
        + "), then "
        + second.row().label()
        + " ("
        + Wording.auc(second.auc())
        + ").";
  }

  /** Which rows the test tells apart from the reference. */
  private @Nullable String againstReference() throws IOException {
    List<String> better = new ArrayList<>();
    List<String> worse = new ArrayList<>();
    List<String> open = new ArrayList<>();
    for (Ranked each : ranked) {
      DeLong.Difference difference =
          each.row().id().equals(section.reference())
              ? null
              : board.difference(each.row().id(), section.reference());
      if (difference == null) {
        continue;
      }
      List<String> list =
          !Wording.significant(difference) ? open : difference.delta() > 0 ? better : worse;
      list.add(each.row().label() + " (" + Wording.tested(difference) + ")");
    }
    List<String> parts = new ArrayList<>();
    part(parts, "significantly better: ", better);
    part(parts, "significantly worse: ", worse);
    part(parts, "not told apart from it: ", open);
    return parts.isEmpty()
        ? null
        : "By AUC against " + label(section.reference()) + ", " + String.join("; ", parts) + ".";
  }

  private static void part(List<String> parts, String head, List<String> rows) {
    if (!rows.isEmpty()) {
      parts.add(head + Wording.list(rows));
    }
  }

  private String label(String id) {
    return section.rows().stream()
        .filter(row -> row.id().equals(id))
        .map(Row::label)
        .findFirst()
        .orElse(id);
  }

  /** What of the paper's findings is met here. */
  private List<String> claims() throws IOException {
    List<String> met = new ArrayList<>();
    List<String> open = new ArrayList<>();
    List<String> sentences = new ArrayList<>();
    List<String> against = new ArrayList<>();
    for (PaperClaim claim : PaperClaim.of(section.id())) {
      DeLong.Difference difference = board.difference(claim.row(), claim.other());
      if (difference == null) {
        continue;
      }
      String pair = label(claim.row()) + " and " + label(claim.other());
      String over =
          label(claim.row())
              + " over "
              + label(claim.other())
              + " ("
              + Wording.tested(difference)
              + ")";
      if (claim.equal()) {
        sentences.add(equality(pair, difference));
      } else if (!Wording.significant(difference)) {
        open.add(over);
      } else {
        (difference.delta() > 0 ? met : against).add(over);
      }
    }
    if (!met.isEmpty()) {
      sentences.add("As in the paper: " + Wording.list(met) + ".");
    }
    if (!against.isEmpty()) {
      sentences.add(
          "Contrary to the paper, significantly the other way: " + Wording.list(against) + ".");
    }
    if (!open.isEmpty()) {
      sentences.add("In the paper but not shown here: " + Wording.list(open) + ".");
    }
    return sentences;
  }

  private static String equality(String pair, DeLong.Difference difference) {
    if (Wording.significant(difference)) {
      return "The paper finds "
          + pair
          + " about equal; here the first is "
          + (difference.delta() > 0 ? "ahead" : "behind")
          + " by more than noise ("
          + Wording.difference(difference)
          + ").";
    }
    boolean close = Math.abs(difference.delta()) + difference.margin() < ABOUT_EQUAL;
    return pair
        + (close ? " are about equal, as in the paper" : " are not told apart")
        + ": the difference of AUCs is "
        + Wording.signed(difference.delta())
        + ", "
        + Wording.interval(difference)
        + (close
            ? ", within ±" + ABOUT_EQUAL + "."
            : ", too wide to call them equal as the paper does (that takes ±" + ABOUT_EQUAL + ").");
  }

  /** To which other methods ENCODE, plain and mass-aware, loses. */
  private List<String> losses() throws IOException {
    List<String> sentences = new ArrayList<>();
    for (String own : List.of(PaperPlan.ENCODE.id(), PaperPlan.MASS.id())) {
      Double auc = board.mean(own, "auc");
      if (auc == null) {
        continue;
      }
      List<String> ahead = new ArrayList<>();
      List<String> open = new ArrayList<>();
      for (Ranked each : ranked) {
        String id = each.row().id();
        DeLong.Difference difference =
            each.row().variant().method().startsWith("encode") ? null : board.difference(id, own);
        if (difference != null && difference.delta() > 0) {
          (Wording.significant(difference) ? ahead : open)
              .add(each.row().label() + " (" + Wording.tested(difference) + ")");
        }
      }
      if (!ahead.isEmpty()) {
        sentences.add(label(own) + " loses in AUC to " + Wording.list(ahead) + ".");
      }
      if (!open.isEmpty()) {
        sentences.add(
            label(own)
                + " is behind by mean AUC, but not told apart from "
                + Wording.list(open)
                + ".");
      }
      if (ahead.isEmpty() && open.isEmpty()) {
        sentences.add("No other method's mean AUC is above that of " + label(own) + ".");
      }
    }
    return sentences;
  }

  private @Nullable Double milliseconds(String row) {
    Cost cost = times == null ? null : times.costs().get(row);
    return cost == null ? null : cost.medianMilliseconds();
  }

  /** Methods that none is both better and quicker than. */
  private @Nullable String front() {
    List<String> front = new ArrayList<>();
    for (Ranked each : ranked) {
      Double own = milliseconds(each.row().id());
      if (own == null) {
        return null;
      }
      boolean beaten =
          ranked.stream()
              .anyMatch(other -> {
                Double theirs = milliseconds(other.row().id());
                return theirs != null && theirs < own && other.auc() > each.auc();
              });
      if (!beaten) {
        front.add(each.row().label());
      }
    }
    return "By mean AUC and median time, no method is both better and quicker than "
        + Wording.list(front)
        + "; how sure the AUCs are, Table 2 says.";
  }

  /** A setting of ENCODE over its values. */
  private List<String> setting() throws IOException {
    List<String> sentences = new ArrayList<>();
    Ranked best = ranked.getFirst();
    Ranked least = ranked.getLast();
    sentences.add(
        "Mean AUC lies between "
            + Wording.auc(least.auc())
            + " (at "
            + place(least)
            + ") and "
            + Wording.auc(best.auc())
            + " (at "
            + place(best)
            + ").");
    add(sentences, againstReference());
    DeLong.Difference range = board.difference(best.row().id(), least.row().id());
    if (range != null) {
      sentences.add(
          "Between these two the difference is "
              + Wording.signed(range.delta())
              + ", "
              + Wording.interval(range)
              + "; they were picked for being the ends, so the truth is rather less.");
    }
    return sentences;
  }

  private static String place(Ranked ranked) {
    Double x = ranked.row().x();
    return x == null ? ranked.row().label() : PaperPlan.number(x);
  }

  /** Each line from its first to its last value. */
  private List<String> byLine() throws IOException {
    List<String> sentences = new ArrayList<>();
    List<String> lines =
        section.rows().stream().map(row -> String.valueOf(row.line())).distinct().toList();
    for (String line : lines) {
      List<Row> rows =
          section.rows().stream()
              .filter(row -> String.valueOf(row.line()).equals(line))
              .filter(row -> !board.runs(row.id()).isEmpty())
              .toList();
      for (int i = 1; i < rows.size(); i++) {
        Row first = rows.getFirst();
        DeLong.Difference difference = board.difference(rows.get(i).id(), first.id());
        if (difference != null) {
          sentences.add(step(line, first, rows.get(i), difference));
        }
      }
      add(sentences, CostFindings.alongLine(section, board, times, line, rows));
    }
    return sentences;
  }

  private String step(String line, Row first, Row row, DeLong.Difference difference) {
    Double lag = board.mean(row.id(), "lag_days");
    return line
        + " "
        + setting(row)
        + " instead of "
        + setting(first).replaceFirst("^(with|extracted) (a history of )?", "")
        + ": AUC "
        + Wording.tested(difference)
        + (Wording.significant(difference) ? "" : ", not told apart")
        + (lag == null ? "" : "; states are " + Wording.number(lag) + " days old on average")
        + ".";
  }

  /** {@code with a history of 500}. */
  private String setting(Row row) {
    Section.Axes axes = section.axes();
    Double x = row.x();
    if (axes == null || x == null) {
      return row.label();
    }
    String value = PaperPlan.number(x);
    return switch (axes.x()) {
      case "length" -> "with a history of " + value;
      case "days" ->
          x == 0
              ? "extracted at each request"
              : "extracted every " + (x == 1 ? "day" : value + " days");
      default -> "with " + axes.x() + " of " + value;
    };
  }

  /** What rounding does to scores and to memory. */
  private @Nullable String states() {
    Double delta = board.mean(section.reference() + "-float16", "max_score_delta");
    Double whole = board.mean(section.reference(), "bytes_per_user");
    if (!section.id().equals("quantize") || delta == null || whole == null) {
      return null;
    }
    return "No score moves by more than "
        + Wording.small(delta)
        + "; interests take "
        + Wording.number(whole / 2)
        + " bytes a user instead of "
        + Wording.number(whole)
        + ".";
  }
}
