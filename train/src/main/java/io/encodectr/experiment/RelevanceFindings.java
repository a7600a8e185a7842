package io.encodectr.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What Table 3's relevance indicator says (§4.6.1). */
final class RelevanceFindings {
  private static final String RI = "ri";

  /** Less than this is no difference between two indicators as they are printed. */
  private static final double ROUNDING = 0.005;

  /** The normal distribution's 97.5% quantile. */
  private static final double NORMAL = 1.96;

  private final Section section;
  private final Scoreboard board;

  private record Point(Row row, double ri, double auc) {}

  RelevanceFindings(Section section, Scoreboard board) {
    this.section = section;
    this.board = board;
  }

  /** Sentences on the rows that have the indicator; none for other sections. */
  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    List<Point> points = points();
    Double uniform = board.mean(ExperimentPlan.IDEAL, "ri_uniform");
    Double floor = board.mean(ExperimentPlan.IDEAL, "ri_floor");
    if (!section.columns().contains(RI) || points.size() < 2 || uniform == null || floor == null) {
      return sentences;
    }
    Point closest = points.getFirst();
    sentences.add(
        "Closest to DIN-L's attention: "
            + closest.row().label()
            + " (RI "
            + Wording.number(closest.ri())
            + "); equal weights have "
            + Wording.number(uniform)
            + ", DIN-L's own attention "
            + Wording.number(floor)
            + ". In the paper it is ENCODE.");
    List<String> beyond =
        points.stream()
            .filter(point -> point.ri() > uniform + ROUNDING)
            .map(point -> point.row().label())
            .toList();
    if (!beyond.isEmpty()) {
      sentences.add(
          "Farther from it than equal weights: "
              + Wording.list(beyond)
              + "; their RI says little about what they attend to.");
    }
    List<String> unmatched = unmatched();
    if (!unmatched.isEmpty()) {
      sentences.add(
          "Found nothing to attend to, and counted as equal weights there: "
              + Wording.list(unmatched)
              + ".");
    }
    if (points.size() >= 4) {
      sentences.add(
          "Rank correlation of RI and AUC over these "
              + points.size()
              + " methods: "
              + Wording.number(rankCorrelation(points))
              + " (the paper suggests that a lower RI goes with a higher AUC, that is −1). With so"
              + " few methods anything between ±"
              + Wording.number(Math.min(1, NORMAL / Math.sqrt(points.size() - 1)))
              + " may be chance.");
    }
    return sentences;
  }

  /** In how many samples a method found nothing. */
  private List<String> unmatched() {
    List<String> found = new ArrayList<>();
    for (Row row : section.rows()) {
      Double share = board.mean(row.id(), "ri_unmatched");
      if (share != null && share >= 0.0005) {
        found.add(row.label() + " in " + Wording.number(100 * share) + "% of the samples");
      }
    }
    return found;
  }

  /** Rows with an indicator, the closest first; DIN-L itself is the measure, not a point. */
  private List<Point> points() {
    List<Point> points = new ArrayList<>();
    for (Row row : section.rows()) {
      Double ri = board.mean(row.id(), RI);
      Double auc = board.mean(row.id(), "auc");
      if (ri != null && auc != null && !row.id().equals(ExperimentPlan.IDEAL)) {
        points.add(new Point(row, ri, auc));
      }
    }
    points.sort(Comparator.comparingDouble(Point::ri));
    return points;
  }

  /** Spearman's ρ; the points are in the order of their RI. */
  private static double rankCorrelation(List<Point> points) {
    List<Point> byAuc = new ArrayList<>(points);
    byAuc.sort(Comparator.comparingDouble(Point::auc));
    double squares = 0;
    for (int i = 0; i < points.size(); i++) {
      double distance = i - byAuc.indexOf(points.get(i));
      squares += distance * distance;
    }
    double n = points.size();
    return 1 - 6 * squares / (n * (n * n - 1));
  }
}
