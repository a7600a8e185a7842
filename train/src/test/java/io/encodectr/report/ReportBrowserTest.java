package io.encodectr.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.browser.Chromium;
import io.encodectr.file.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reports in the Chromium of this machine; what they look like is kept in target/screenshots. */
class ReportBrowserTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  private static ChromeDriver browser;

  /** Whether the window shows the complete experiment as nobody has touched it yet. */
  private static boolean untouched;

  @TempDir private static Path folder;

  @BeforeAll
  static void start() throws IOException {
    browser = Chromium.start(folder.resolve("profile"), "the report");
    Files.createDirectories(SCREENSHOTS);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.quit();
    }
  }

  @BeforeEach
  void forget() {
    browser.manage().logs().get(LogType.BROWSER);
    browser.manage().logs().get(LogType.PERFORMANCE);
    look("light", 1280);
  }

  private static void look(String scheme, int width) {
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
  }

  private static void open(String name, ObjectNode results) throws IOException {
    Path html = folder.resolve(name + ".html");
    ReportPage.write(SampleResults.write(folder, results), html);
    untouched = false;
    browser.get(html.toUri().toString());
  }

  /** The complete experiment, for tests that only look. */
  private static void openToLook() throws IOException {
    if (!untouched) {
      open("complete", SampleResults.complete());
      untouched = true;
      Files.copy(
          folder.resolve("complete.html"),
          SCREENSHOTS.resolve("report.html"),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * The complete experiment, for a test that changes the page, and says so if it changes it back.
   */
  private static void openToUse() throws IOException {
    openToLook();
    untouched = false;
  }

  private static void leftAsFound() {
    untouched = true;
  }

  /** Lets the page notice a new width or theme. */
  private static void nextFrame() {
    browser.executeAsyncScript(
        "const done = arguments[0];"
            + " requestAnimationFrame(() => requestAnimationFrame(() => done()))");
  }

  private static Object js(String script, Object... arguments) {
    return browser.executeScript(script, arguments);
  }

  private static void screenshot(String name) throws IOException {
    Map<String, Object> shot =
        browser.executeCdpCommand(
            "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
    Files.write(
        SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode((String) shot.get("data")));
  }

  private static List<String> complaints() {
    List<String> found = new ArrayList<>();
    for (LogEntry entry : browser.manage().logs().get(LogType.BROWSER)) {
      found.add(entry.getLevel() + " " + entry.getMessage());
    }
    return found;
  }

  /** What the page asked for, itself left out. */
  private static List<String> requests() {
    List<String> found = new ArrayList<>();
    for (LogEntry entry : browser.manage().logs().get(LogType.PERFORMANCE)) {
      JsonNode message = Json.mapper().readTree(entry.getMessage()).path("message");
      String url = message.path("params").path("request").path("url").asString("");
      boolean own = url.startsWith("file:") && url.endsWith(".html");
      if (message.path("method").asString("").equals("Network.requestWillBeSent") && !own) {
        found.add(url);
      }
    }
    return found;
  }

  /** Each chart's series and how many of their marks are drawn inside it. */
  private static Map<String, Map<String, Long>> marks() {
    Object found =
        js(
            """
            const all = {};
            for (const box of document.querySelectorAll('.chart')) {
              const chart = echarts.getInstanceByDom(box);
              const id = box.closest('section').id;
              const seen = (all[id] ??= {});
              for (const series of chart?.getModel().getSeries() ?? []) {
                const data = series.getData();
                for (let i = 0; i < data.count(); i++) {
                  const drawn = data.getItemGraphicEl(i) ?? null;
                  const place = drawn && drawn.getBoundingRect().clone();
                  if (!place) continue;
                  const t = drawn.getComputedTransform();
                  if (t) place.applyTransform(t);
                  const inside = place.x >= -1 && place.y >= -1
                      && place.x + place.width <= chart.getWidth() + 1
                      && place.y + place.height <= chart.getHeight() + 1;
                  if (inside) seen[series.name] = (seen[series.name] ?? 0) + 1;
                }
              }
              seen.paths = (seen.paths ?? 0) + box.querySelectorAll('svg path').length;
            }
            return all;
            """);
    @SuppressWarnings("unchecked")
    Map<String, Map<String, Long>> all = (Map<String, Map<String, Long>>) found;
    return all;
  }

  @Test
  void opensWithoutComplaintAndWithoutTheNetwork() throws IOException {
    open("complete", SampleResults.complete());
    assertThat(complaints()).isEmpty();
    assertThat(requests()).allMatch(url -> url.startsWith("data:"));
    assertThat(browser.getTitle()).isEqualTo("The paper\u2019s evaluation: world");
    assertThat(browser.findElements(By.cssSelector(".notice"))).isEmpty();
    assertThat(browser.findElement(By.id("masthead")).getText())
        .contains("12 methods", "Java 25.0.1, LibTorch 2.13.0, kernels vector-256")
        .contains("1, 2, 3", "23 November 2026", "AMD EPYC 9R14, 2 cores, 25.3 GB");
  }

  @Test
  void drawsEveryMarkOfEveryChart() throws IOException {
    openToLook();
    Map<String, Map<String, Long>> marks = marks();
    assertThat(marks.keySet())
        .containsExactlyInAnyOrder("figure1", "figure3a", "figure3b", "staleness", "length");
    assertThat(marks.get("figure1"))
        .containsEntry("other", 10L)
        .containsEntry("ours", 1L)
        .containsEntry("encode", 1L);
    assertThat(marks.get("figure3a")).containsEntry("boxes", 5L).containsEntry("seeds", 15L);
    assertThat(marks.get("figure3b")).containsEntry("boxes", 8L).containsEntry("seeds", 24L);
    assertThat(marks.get("staleness"))
        .containsEntry("AUC", 4L)
        .containsEntry("GAUC", 4L)
        .containsEntry("Log loss", 4L);
    assertThat(marks.get("length"))
        .containsEntry("ENCODE", 21L)
        .containsEntry("DIN-L", 21L)
        .containsEntry("SIM (hard)", 21L);
    assertThat(marks.values()).allSatisfy(chart -> assertThat(chart.get("paths")).isPositive());
    assertThat(svgTexts("figure1"))
        .contains("DIN", "AvgPooling", "DIN-L", "MIMN", "SIM (hard)", "UBR4CTR", "ETA", "TWIN")
        .contains("SDIM", "ENCODE", "ENCODE, mass-aware");
  }

  @SuppressWarnings("unchecked")
  private static List<String> svgTexts(String section) {
    return (List<String>)
        js(
            "return [...document.querySelectorAll('#' + arguments[0] + ' .chart svg text')]"
                + ".map((text) => text.textContent)",
            section);
  }

  private static String text(String section) {
    return (String) js("return document.getElementById(arguments[0]).textContent", section);
  }

  @Test
  void marksBestAndSecondBest() throws IOException {
    openToLook();
    ObjectNode results = SampleResults.complete();
    for (String column : List.of("log_loss", "auc")) {
      List<String> order = byMean(results, column);
      if (column.equals("auc")) {
        Collections.reverse(order);
      }
      assertThat(marked(column, "best")).as("best " + column).isEqualTo(order.get(0));
      assertThat(marked(column, "second")).as("second " + column).isEqualTo(order.get(1));
    }
  }

  /** Ids of table 2 in ascending order of the mean of their runs. */
  private static List<String> byMean(ObjectNode results, String column) {
    Map<String, Double> means = new TreeMap<>();
    for (JsonNode row : results.get("sections").get(1).get("rows")) {
      double sum = 0;
      for (JsonNode run : row.get("runs")) {
        sum += run.get(column).asDouble();
      }
      means.put(row.get("id").asString(), sum / row.get("runs").size());
    }
    List<String> order = new ArrayList<>(means.keySet());
    order.sort(Comparator.comparing(means::get));
    return order;
  }

  private static String marked(String column, String place) {
    return (String)
        js(
            """
            const table = document.querySelector('#table2 table.results');
            const heads = [...table.tHead.rows[0].cells];
            const at = heads.findIndex((head) => head.dataset.column === arguments[0]);
            return [...table.tBodies]
                .filter((body) => body.rows[0].cells[at].classList.contains(arguments[1]))
                .map((body) => body.dataset.row).join();
            """,
            column,
            place);
  }

  @SuppressWarnings("unchecked")
  private static List<String> order() {
    return (List<String>)
        js(
            "return [...document.querySelectorAll('#table2 tbody.group')].map((b) =>"
                + " b.dataset.row)");
  }

  @Test
  void sortsByKeyboardAndSaysSo() throws IOException {
    openToUse();
    List<String> before = order();
    assertThat(before).isEqualTo(SampleResults.METHODS);
    List<String> ascending = byMean(SampleResults.complete(), "auc");
    WebElement head = browser.findElement(By.cssSelector("#table2 th[data-column=auc]"));
    WebElement button = head.findElement(By.tagName("button"));
    button.sendKeys(Keys.ENTER);
    assertThat(head.getAttribute("aria-sort")).isEqualTo("descending");
    assertThat(order()).isEqualTo(ascending.reversed());
    button.sendKeys(Keys.SPACE);
    assertThat(head.getAttribute("aria-sort")).isEqualTo("ascending");
    assertThat(order()).isEqualTo(ascending);
    button.click();
    assertThat(head.getAttribute("aria-sort")).isEqualTo("none");
    assertThat(order()).isEqualTo(before);
    leftAsFound();
  }

  @Test
  void missingValuesSortLastInBothDirections() throws IOException {
    open("unfinished", SampleResults.unfinished());
    WebElement button = browser.findElement(By.cssSelector("#table2 th[data-column=auc] button"));
    for (int click = 0; click < 2; click++) {
      button.click();
      String last = order().getLast();
      assertThat(
              js(
                  "return document.querySelector('#table2 [data-row=' + arguments[0] + ']"
                      + " .state')?.textContent",
                  last))
          .isEqualTo("not run yet");
    }
  }

  @Test
  void rowsOpenToRunsOptionsAndTrials() throws IOException {
    openToUse();
    WebElement row = browser.findElement(By.cssSelector("#table2 [data-row=encode-mass]"));
    WebElement button = row.findElement(By.className("expander"));
    WebElement details = row.findElement(By.className("details"));
    assertThat(details.isDisplayed()).isFalse();
    button.sendKeys(Keys.ENTER);
    assertThat(button.getAttribute("aria-expanded")).isEqualTo("true");
    assertThat(details.isDisplayed()).isTrue();
    assertThat(details.getText())
        .contains(
            "Runs",
            "Hyper-parameters",
            "By length of history",
            "mass_aware",
            "lr 1e-3, \u03b2 20",
            "the best of 4 trials");
    assertThat(details.findElements(By.cssSelector(".block.wide tbody tr"))).hasSize(3);
    button.click();
    assertThat(details.isDisplayed()).isFalse();
    leftAsFound();
  }

  private static String content(String selector) {
    return (String) js("return document.querySelector(arguments[0]).textContent", selector);
  }

  @Test
  void failuresAndProgramsAreTold() throws IOException {
    open("failed", SampleResults.failed());
    assertThat(complaints()).isEmpty();
    js("document.querySelectorAll('#table2 .expander').forEach((button) => button.click())");
    String mimn = content("#table2 [data-row=mimn]");
    assertThat(mimn).contains("all trials failed", "the loss is not a number", "lr 3e-3");
    assertThat(mimn).doesNotContain("not run yet", "undefined", "No run of this row has ended");
    String twin = content("#table2 [data-row=twin]");
    assertThat(twin).contains("2 of 3 seeds, 1 failed", "it ran away", "Run by 0.1.0-SNAPSHOT");
    assertThat(browser.findElement(By.id("provenance")).getText())
        .contains("0.1.0-SNAPSHOT: 4 trials, 2 runs; 0.1.0+1e7d3de00000: 40 trials, 90 runs");
  }

  @Test
  void differencesHaveTheirInterval() throws IOException {
    openToUse();
    WebElement row = browser.findElement(By.cssSelector("#table2 [data-row=din-l]"));
    row.findElement(By.className("expander")).click();
    assertThat(row.findElement(By.className("details")).getText())
        .contains("AUC against encode", "\u22120.00160 to +0.00080", "seeds in common");
    row.findElement(By.className("expander")).click();
    leftAsFound();
  }

  /** What a machine's other work changes is shown and never ranked. */
  @Test
  void speedAndMemoryAreNotRanked() throws IOException {
    openToLook();
    for (String column : List.of("samples_per_second", "peak_memory_bytes")) {
      assertThat(marked(column, "best") + marked(column, "second")).as(column).isEmpty();
    }
    assertThat(text("table3")).contains("Unmatched", "12.3");
  }

  @Test
  void tooltipsShowEachSeed() throws IOException {
    openToUse();
    WebElement cell = browser.findElement(By.cssSelector("#table2 [data-row=sim-hard] td.number"));
    js("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", cell);
    new Actions(browser).moveToElement(cell).perform();
    WebElement tooltip = browser.findElement(By.id("tooltip"));
    assertThat(tooltip.isDisplayed()).isTrue();
    assertThat(tooltip.getText()).contains("SIM (hard)", "seed 1", "seed 2", "seed 3");
    new Actions(browser).sendKeys(Keys.ESCAPE).perform();
    assertThat(tooltip.isDisplayed()).isFalse();
    leftAsFound();
  }

  @Test
  void theThemeFollowsTheSystemUntilTheReaderChooses() throws IOException {
    look("dark", 1280);
    openToUse();
    js("localStorage.clear()");
    browser.navigate().refresh();
    requireBackground("rgb(19, 22, 26)");
    look("light", 1280);
    requireBackground("rgb(251, 251, 249)");
    browser.findElement(By.id("theme")).click();
    requireBackground("rgb(19, 22, 26)");
    assertThat(marks().get("figure1")).containsEntry("encode", 1L);
    browser.navigate().refresh();
    requireBackground("rgb(19, 22, 26)"); // The choice is remembered.
    browser.findElement(By.id("theme")).click();
    requireBackground("rgb(251, 251, 249)");
    js("localStorage.clear()");
  }

  /** The browser tells pages of a changed color scheme in its own time. */
  private static void requireBackground(String color) {
    for (int i = 0; i < 200 && !background().equals(color); i++) {
      LockSupport.parkNanos(50_000_000);
    }
    assertThat(background()).isEqualTo(color);
  }

  private static String background() {
    return (String) js("return getComputedStyle(document.body).backgroundColor");
  }

  @Test
  void hostileTextsStayTexts() throws IOException {
    open("hostile", SampleResults.hostile());
    js("document.querySelectorAll('#table2 .expander').forEach((button) => button.click())");
    assertThat(complaints()).isEmpty();
    assertThat(requests()).allMatch(url -> url.startsWith("data:"));
    assertThat(browser.getTitle()).doesNotContain("broken'").contains("evaluation");
    assertThat(browser.findElements(By.cssSelector("body img"))).isEmpty();
    assertThat(text("table2")).contains(SampleResults.HOSTILE);
  }

  @Test
  void anUnfinishedExperimentSaysSo() throws IOException {
    open("unfinished", SampleResults.unfinished());
    assertThat(complaints()).isEmpty();
    WebElement banner = browser.findElement(By.className("banner"));
    assertThat(banner.getText()).contains("not finished", "runs have ended");
    assertThat(text("table2")).contains("not run yet", "1 of 3 seeds");
    assertThat(text("figure1")).contains("Not measured yet:");
    screenshot("unfinished-light-1280");
  }

  @Test
  void aSectionThatCannotBeShownLeavesTheOthers() throws IOException {
    ObjectNode results = SampleResults.oneSeed();
    ((ObjectNode) results.get("sections").get(0)).remove("x");
    ((ObjectNode) results.get("sections").get(2)).put("kind", "radar");
    open("broken", results);
    assertThat(text("figure1")).contains("This section could not be shown");
    assertThat(browser.findElements(By.cssSelector("#table3 tbody.group"))).hasSize(12);
    assertThat(marks().get("figure3a")).containsEntry("seeds", 5L);
    assertThat(text("provenance")).contains("9f21c17329f85ed8");
  }

  @Test
  void oneSeedHasNoDeviation() throws IOException {
    open("one-seed", SampleResults.oneSeed());
    assertThat(complaints()).isEmpty();
    assertThat(text("table2")).doesNotContain("\u00b1");
    assertThat(marks().get("figure3a")).doesNotContainKey("boxes").containsEntry("seeds", 5L);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 820, 1280, 1600})
  void everythingFitsTheWindow(int width) throws IOException {
    openToLook();
    look("light", width);
    nextFrame();
    assertThat((Long) js("return document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
    assertThat(marks().get("figure1")).containsEntry("encode", 1L).containsEntry("other", 10L);
    assertThat(marks().get("figure3b")).containsEntry("seeds", 24L);
  }

  @ParameterizedTest
  @CsvSource({"light, 1280", "dark, 1280", "light, 400", "dark, 400"})
  void isPictured(String scheme, int width) throws IOException {
    openToLook();
    look(scheme, width);
    nextFrame();
    js("document.querySelector('#table2 [data-row=encode-mass] .expander').click()");
    screenshot("report-" + scheme + "-" + width);
    js("document.querySelector('#table2 [data-row=encode-mass] .expander').click()");
    assertThat(complaints()).isEmpty();
  }
}
