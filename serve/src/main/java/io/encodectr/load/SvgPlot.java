package io.encodectr.load;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A plot of lines as SVG without scripts: colors are the page's classes, each point tells its
 * numbers when pointed at, each line has its name at its right end. Not thread-safe.
 */
final class SvgPlot {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 340;
  private static final int LEFT = 64;
  private static final int RIGHT = 84;
  private static final int TOP = 14;
  private static final int BOTTOM = 46;
  private static final int NAME_HEIGHT = 15;

  /**
   * A point.
   *
   * @param x on the plot's scale
   * @param y on the plot's scale
   * @param words shown when it is pointed at
   * @param hollow whether it is drawn as a ring
   * @param joined whether the line goes through it; otherwise it stands beside the line
   */
  record Point(double x, double y, String words, boolean hollow, boolean joined) {}

  private record Line(String name, String style, List<Point> points) {}

  private record Name(String text, String style, double y) {}

  private final Scale x;
  private final Scale y;
  private final String xTitle;
  private final String yTitle;
  private final List<Line> lines = new ArrayList<>();
  private final StringBuilder marks = new StringBuilder();

  SvgPlot(Scale x, String xTitle, Scale y, String yTitle) {
    this.x = x;
    this.xTitle = xTitle;
    this.y = y;
    this.yTitle = yTitle;
  }

  /**
   * Adds a line.
   *
   * @param style a class of the page
   */
  SvgPlot line(String name, String style, List<Point> points) {
    if (!points.isEmpty()) {
      lines.add(new Line(name, style, points));
    }
    return this;
  }

  /** Adds a dashed line across, with a word on it. */
  SvgPlot across(double value, String word) {
    double at = atY(value);
    add("<line class='limit' x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>", LEFT, WIDTH - RIGHT, at, at);
    add("<text class='limit-word' x='%d' y='%.1f'>%s</text>", LEFT + 6, at - 5, Markup.text(word));
    return this;
  }

  /** Adds a dashed line upright, with a word on it. */
  SvgPlot upright(double value, String word) {
    double at = atX(value);
    boolean right = at > WIDTH / 2.0;
    add("<line class='limit' x1='%.1f' x2='%.1f' y1='%d' y2='%d'/>", at, at, TOP, HEIGHT - BOTTOM);
    add(
        "<text class='limit-word' text-anchor='%s' x='%.1f' y='%d'>%s</text>",
        right ? "end" : "start", at + (right ? -5 : 5), TOP + 10, Markup.text(word));
    return this;
  }

  /**
   * The plot.
   *
   * @param title said to those who cannot see it
   */
  String draw(String title) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<svg viewBox='0 0 %d %d' role='img' aria-label='%s'>\n",
            WIDTH, HEIGHT, Markup.text(title)));
    axes(svg);
    svg.append(marks);
    List<Name> names = new ArrayList<>();
    for (Line line : lines) {
      draw(svg, line);
      // The last line's name stands above those of lines that end at the same height.
      names.addFirst(new Name(line.name(), line.style(), atY(line.points().getLast().y())));
    }
    names(svg, names);
    return svg.append("</svg>\n").toString();
  }

  private void axes(StringBuilder svg) {
    int bottom = HEIGHT - BOTTOM;
    for (double tick : y.ticks()) {
      double at = atY(tick);
      svg.append(
          format(
              "<line class='grid' x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>",
              LEFT, WIDTH - RIGHT, at, at));
      svg.append(
          format(
              "<text class='tick' text-anchor='end' x='%d' y='%.1f'>%s</text>\n",
              LEFT - 8, at + 4, Scale.label(tick)));
    }
    for (double tick : x.ticks()) {
      double at = atX(tick);
      svg.append(
          format(
              "<line class='grid' x1='%.1f' x2='%.1f' y1='%d' y2='%d'/>",
              at, at, bottom, bottom + 5));
      svg.append(
          format(
              "<text class='tick' text-anchor='middle' x='%.1f' y='%d'>%s</text>\n",
              at, bottom + 19, Markup.text(x.name(tick))));
    }
    svg.append(
        format(
            "<line class='axis' x1='%d' x2='%d' y1='%d' y2='%d'/>",
            LEFT, WIDTH - RIGHT, bottom, bottom));
    svg.append(
        format(
            "<text class='axis-title' text-anchor='middle' x='%d' y='%d'>%s</text>",
            (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, Markup.text(xTitle)));
    svg.append(
        format(
            "<text class='axis-title' text-anchor='middle' transform='translate(14 %d)"
                + " rotate(-90)'>%s</text>\n",
            (TOP + bottom) / 2, Markup.text(yTitle)));
  }

  private void draw(StringBuilder svg, Line line) {
    svg.append("<g class='").append(line.style()).append("'><polyline points='");
    for (Point point : line.points()) {
      if (point.joined()) {
        svg.append(format("%.1f,%.1f ", atX(point.x()), atY(point.y())));
      }
    }
    svg.append("'/>\n");
    boolean few = line.points().size() <= 80;
    for (Point point : line.points()) {
      svg.append(
          format(
              "<circle%s cx='%.1f' cy='%.1f' r='%s'><title>%s</title></circle>\n",
              point.hollow() ? " class='ring'" : "",
              atX(point.x()),
              atY(point.y()),
              few ? "3.5" : "1.5",
              Markup.text(line.name() + ": " + point.words())));
    }
    svg.append("</g>\n");
  }

  /** Puts the names of lines that end close together below one another. */
  private static void names(StringBuilder svg, List<Name> names) {
    names.sort(Comparator.comparingDouble(Name::y));
    double[] at = new double[names.size()];
    for (int i = 0; i < at.length; i++) {
      at[i] = names.get(i).y() + 4;
      if (i > 0) {
        at[i] = Math.max(at[i], at[i - 1] + NAME_HEIGHT);
      }
    }
    double lowest = HEIGHT - BOTTOM;
    for (int i = at.length - 1; i >= 0; i--) {
      at[i] = Math.min(at[i], lowest);
      lowest = at[i] - NAME_HEIGHT;
    }
    for (int i = 0; i < at.length; i++) {
      svg.append(
          format(
              "<text class='name %s' x='%d' y='%.1f'>%s</text>\n",
              names.get(i).style(), WIDTH - RIGHT + 9, at[i], Markup.text(names.get(i).text())));
    }
  }

  private double atX(double value) {
    return LEFT + x.share(value) * (WIDTH - RIGHT - LEFT);
  }

  private double atY(double value) {
    return HEIGHT - BOTTOM - y.share(value) * (HEIGHT - BOTTOM - TOP);
  }

  private void add(String pattern, Object... values) {
    marks.append(format(pattern, values)).append('\n');
  }

  @SuppressWarnings("AnnotateFormatMethod") // would need Error Prone at run time
  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
