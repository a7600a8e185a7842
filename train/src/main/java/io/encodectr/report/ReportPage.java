package io.encodectr.report;

import io.encodectr.file.AtomicFile;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Writes {@code report.html}: the results of an experiment with everything that shows them (charts,
 * style and scripts) in one file, which opens from disk with no network. A content security policy
 * allows exactly the scripts and the style that were put in, by their hashes; whatever a label or
 * an option in {@code results.json} holds is data and never becomes markup. Same results, same
 * bytes. Stateless and thread-safe.
 */
public final class ReportPage {
  /** The format of {@code results.json} that this class shows. */
  public static final int FORMAT = 1;

  /** Ours, in the order in which they build on one another. */
  private static final List<String> SCRIPTS =
      List.of(
          "elements.js",
          "numbers.js",
          "tooltip.js",
          "details.js",
          "table.js",
          "chart.js",
          "scatter.js",
          "panels.js",
          "page.js");

  private static final Pattern SLOT = Pattern.compile("@[A-Z]+@");

  private ReportPage() {}

  /**
   * Shows {@code resultsJson} as {@code html}, which appears whole or not at all and replaces an
   * older one. An unfinished experiment is shown as far as it is.
   *
   * @throws InputException if {@code resultsJson} is missing, or no results of format {@value
   *     #FORMAT}, or if the folder of {@code html} is missing
   * @throws IOException if {@code html} cannot be written
   */
  public static void write(Path resultsJson, Path html) throws IOException {
    JsonNode results = Json.readTree(resultsJson);
    ResultsShape.check(resultsJson, results);
    AtomicFile.write(html, page(results).getBytes(StandardCharsets.UTF_8));
  }

  private static String page(JsonNode results) {
    String style = PageResource.ofReport("report.css");
    String theme = PageResource.ofReport("theme.js");
    List<String> scripts = new ArrayList<>();
    scripts.add(PageResource.echarts());
    for (String name : SCRIPTS) {
      scripts.add(PageResource.ofReport(name));
    }
    StringBuilder tags = new StringBuilder();
    StringBuilder hashes = new StringBuilder(hash(theme));
    for (String script : scripts) {
      tags.append("<script>").append(script).append("</script>\n");
      hashes.append(' ').append(hash(script));
    }
    // Style attributes are allowed: ECharts sets them on the marks it draws, and no text of ours or
    // of the results is ever parsed as markup.
    String policy =
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; script-src "
            + hashes
            + "; style-src-elem "
            + hash(style)
            + "; style-src-attr 'unsafe-inline'";
    return fill(
        PageResource.ofReport("report.html"),
        slot ->
            switch (slot) {
              case "@POLICY@" -> policy;
              case "@STYLE@" -> style;
              case "@THEME@" -> theme;
              case "@RESULTS@" -> data(results);
              case "@SCRIPTS@" -> tags.toString();
              default -> throw new IllegalStateException("report.html has an unknown slot " + slot);
            });
  }

  /** Fills all slots in one pass, so that nothing filled in is taken for a slot. */
  private static String fill(String template, UnaryOperator<String> content) {
    return SLOT.matcher(template)
        .replaceAll(slot -> Matcher.quoteReplacement(content.apply(slot.group())));
  }

  /** JSON that an HTML parser cannot take for anything but text. */
  private static String data(JsonNode results) {
    return results
        .toString()
        .replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }

  private static String hash(String content) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
