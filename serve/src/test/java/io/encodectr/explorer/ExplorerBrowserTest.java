package io.encodectr.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.browser.Chromium;
import io.encodectr.file.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
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

/** The page in the Chromium of this machine; what it looks like is kept in target/screenshots. */
class ExplorerBrowserTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static ChromeDriver browser;
  private static ExplorerFixture fixture;
  private static ExplorerServer server;
  private static ExplorerServer bare;

  @TempDir private static Path folder;

  @BeforeAll
  static void start() throws IOException {
    browser = Chromium.start(folder.resolve("profile"), "the explorer");
    fixture = ExplorerFixture.in(folder.resolve("world"));
    server = new ExplorerServer(fixture.model(), fixture.store(), fixture.dataset(), 0);
    bare = new ExplorerServer(fixture.model(), fixture.store(), null, 0);
    Files.createDirectories(SCREENSHOTS);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.quit();
      server.close();
      bare.close();
    }
  }

  @BeforeEach
  void forget() {
    browser.manage().logs().get(LogType.BROWSER);
    browser.manage().logs().get(LogType.PERFORMANCE);
    server.pairs().clear();
    look("light", 1280);
  }

  /** Whatever a test did, the page never complained and never asked anybody else. */
  @AfterEach
  void listen() {
    assertThat(complaints()).isEmpty();
    assertThat(requests())
        .allMatch(url -> url.startsWith(server.url()) || url.startsWith(bare.url()));
  }

  private static void look(String scheme, int width) {
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
  }

  private static void open(String hash) {
    open(server, hash);
  }

  private static void open(ExplorerServer from, String hash) {
    // A new document each time: a change of the hash alone would be a step in the old one.
    browser.get("about:blank");
    browser.get(from.url() + "/explorer/" + hash);
    await(
        hash.contains("user=")
            ? "return document.querySelector('.score-value')"
            : "return document.querySelector('.card')");
  }

  private static Object js(String script, Object... arguments) {
    return browser.executeScript(script, arguments);
  }

  private static void await(String script, Object... arguments) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Object found = js(script, arguments);
    while (found == null || Boolean.FALSE.equals(found)) {
      assertThat(System.nanoTime()).as(script).isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      found = js(script, arguments);
    }
  }

  private static void awaitText(String selector, String text) {
    await(
        "return document.querySelector(arguments[0])?.textContent.includes(arguments[1])",
        selector,
        text);
  }

  private static String text(String selector) {
    return (String) js("return document.querySelector(arguments[0])?.textContent ?? ''", selector);
  }

  private static long count(String selector) {
    return (Long) js("return document.querySelectorAll(arguments[0]).length", selector);
  }

  private static void press(CharSequence... keys) {
    new Actions(browser).sendKeys(keys).perform();
  }

  private static void click(String selector) {
    WebElement target = browser.findElement(By.cssSelector(selector));
    js("arguments[0].scrollIntoView({block: 'center'})", target);
    target.click();
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

  private static List<String> requests() {
    List<String> found = new ArrayList<>();
    for (LogEntry entry : browser.manage().logs().get(LogType.PERFORMANCE)) {
      JsonNode message = Json.mapper().readTree(entry.getMessage()).path("message");
      String url = message.path("params").path("request").path("url").asString("");
      if (message.path("method").asString("").equals("Network.requestWillBeSent")
          && !url.startsWith("about:")) {
        found.add(url);
      }
    }
    return found;
  }

  private static String score() {
    return text(".score-value");
  }

  @Test
  void theClickPathOfAPerson() {
    open("");
    assertThat(text("#service")).contains("encode", "90 items", "12 users");
    click("#find-user input");
    press("u3");
    await("return document.querySelector('[role=option]')?.textContent.includes('u3')");
    click("[role=option]");
    awaitText("h1", "u3");
    await("return document.querySelector('.score-value')");
    assertThat(browser.getTitle()).startsWith("u3");
    assertThat(text(".user-head .facts")).contains("100", "30 clusters");
    assertThat(count(".lane.cluster")).isEqualTo(30);
    assertThat(count(".map .cluster")).isEqualTo(30);
    assertThat((String) js("return location.hash")).contains("user=u3", "item=");

    js(
        "document.querySelector('.map .cluster[data-cluster=\"4\"]').dispatchEvent(new"
            + " MouseEvent('click', {bubbles: true}))");
    assertThat(text("#cluster-title")).startsWith("5");
    String item = text("#cluster .member-name");
    click("#cluster .members button");
    awaitText(".score-card h3", item.replaceAll(" \\d+×$", ""));
    assertThat(count(".sankey .stream")).isBetween(2L, 9L);
    assertThat(count(".recent .column")).isEqualTo(50);
    assertThat(score()).matches("\\d+\\.\\d+\u2009%");
  }

  @Test
  void twoItemsAreCompared() {
    open("#user=u3&item=i1");
    click(".pickers .combobox:nth-child(2) input");
    press("thing 4");
    await(
        "return document.querySelector('.pickers [role=option]')?.textContent.includes('thing 4')");
    click(".pickers [role=option]");
    await("return document.querySelectorAll('.score-card').length === 2");
    assertThat(count(".butterfly tbody tr")).isEqualTo(13);
    assertThat(count(".map .target-mark")).isEqualTo(2);
    assertThat(count(".recent")).isEqualTo(2);
    click(".score-card.side-0 .actions button:last-child");
    await("return document.querySelectorAll('.score-card').length === 1");
    assertThat((String) js("return location.hash")).contains("item=i4").doesNotContain("versus");
    browser.navigate().back();
    await("return document.querySelectorAll('.score-card').length === 2");
  }

  @Test
  void twoGenerationsAreCompared() {
    open("#user=u6");
    js(
        "const s = document.getElementById('then'); s.value = arguments[0];"
            + " s.dispatchEvent(new Event('change'))",
        fixture.older());
    await("return document.getElementById('changes')");
    await("return document.querySelector('.score-then')");
    assertThat(count("#changes tbody tr")).isEqualTo(30);
    assertThat(count(".map .was")).isEqualTo(30);
    assertThat(text(".score-then")).contains("with the generation of");
    assertThat((String) js("return location.hash")).contains("then=" + fixture.older());
  }

  @Test
  void aTriedClickChangesTheScoreAndStoresNothing() {
    open("#user=u2&item=i6");
    String before = score();
    click("[data-action=try]");
    await("return document.querySelector('.what-if-said')");
    assertThat(text(".what-if-said")).contains("nothing is stored", "real-time attention");
    assertThat(text(".score-before")).startsWith(before);
    assertThat(score()).isNotEqualTo(before);
    assertThat(count(".recent .column.event")).isOne();
    browser.navigate().refresh();
    await("return document.querySelector('.score-value')");
    assertThat(score()).isEqualTo(before);
  }

  @Test
  void aRecordedClickStays() {
    open("#user=u2&item=i6");
    String before = score();
    click("[data-action=record]");
    assertThat(text("[data-action=record]")).contains("Store it for good?");
    click("[data-action=record]");
    await("return document.querySelector('.what-if-said')");
    assertThat(text(".what-if-said")).contains("recorded", "percentage points");
    assertThat(text(".score-before")).startsWith(before);
    assertThat(text(".lane-label.event")).contains("Since then", "1");
    assertThat(count(".lane.event")).isOne();
    String after = score();
    browser.navigate().refresh();
    await("return document.querySelector('.score-value')");
    assertThat(score()).isEqualTo(after).isNotEqualTo(before);
    assertThat(count(".recent .column.event")).isOne();
  }

  @Test
  void theWholePathByKeyboard() {
    open("");
    press("/");
    press("u9");
    await("return document.querySelector('[role=option]')?.textContent.includes('u9')");
    press(Keys.ARROW_DOWN, Keys.ENTER);
    awaitText("h1", "u9");
    await("return document.querySelector('.score-value')");
    assertThat(text("h1")).isEqualTo(js("return document.activeElement.textContent"));

    press("l");
    String first = (String) js("return document.activeElement.dataset.cluster");
    press(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ENTER);
    String third = (String) js("return document.activeElement.dataset.cluster");
    assertThat(third).isNotEqualTo(first);
    assertThat(text("#cluster-title .badge")).isEqualTo("" + (Integer.parseInt(third) + 1));

    press("m");
    String at = (String) js("return document.activeElement.dataset.cluster");
    for (Keys arrow : List.of(Keys.ARROW_LEFT, Keys.ARROW_RIGHT, Keys.ARROW_UP, Keys.ARROW_DOWN)) {
      press(arrow);
    }
    String moved = (String) js("return document.activeElement.dataset.cluster");
    press(Keys.ENTER);
    assertThat(at).isNotNull();
    assertThat(text("#cluster-title .badge")).isEqualTo("" + (Integer.parseInt(moved) + 1));

    press("i");
    press("thing 7");
    await(
        "return document.querySelector('.pickers [role=option]')?.textContent.includes('thing 7')");
    press(Keys.ENTER);
    awaitText(".score-card h3", "thing 7");
    String before = score();
    js("document.activeElement.blur()");
    press("w");
    await("return document.querySelector('.what-if-said')");
    assertThat(score()).isNotEqualTo(before);
    press("c");
    press("i8", Keys.ENTER);
    await("return document.querySelectorAll('.score-card').length === 2");

    press("?");
    assertThat((Boolean) js("return document.getElementById('keys').open")).isTrue();
    press(Keys.ESCAPE);
    assertThat((Boolean) js("return document.getElementById('keys').open")).isFalse();
    press("t");
    awaitBackground("rgb(19, 22, 26)");
    press("t");
    js("localStorage.clear()");
  }

  /** Chromium takes a moment to tell a page of its new surroundings. */
  private static void awaitBackground(String color) {
    await("return getComputedStyle(document.body).backgroundColor === arguments[0]", color);
  }

  @Test
  void theThemeFollowsTheSystemUntilTheReaderChooses() {
    look("dark", 1280);
    open("");
    js("localStorage.clear()");
    browser.navigate().refresh();
    await("return document.querySelector('.card')");
    awaitBackground("rgb(19, 22, 26)");
    look("light", 1280);
    awaitBackground("rgb(251, 251, 249)");
    click("#theme");
    awaitBackground("rgb(19, 22, 26)");
    browser.navigate().refresh();
    await("return document.querySelector('.card')");
    awaitBackground("rgb(19, 22, 26)"); // The choice is remembered.
    js("localStorage.clear()");
  }

  @Test
  void hostileNamesStayNames() {
    open(
        "#user="
            + encoded(ExplorerFixture.HOSTILE_USER)
            + "&item=i3&versus="
            + encoded("\"><svg onload=alert(1)>"));
    assertThat(text("h1")).isEqualTo(ExplorerFixture.HOSTILE_USER);
    assertThat(browser.getTitle()).startsWith(ExplorerFixture.HOSTILE_USER);
    assertThat(text(".score-card.side-0 h3")).isEqualTo(ExplorerFixture.HOSTILE_NAME);
    assertThat(text(".score-card.side-1 h3")).isEqualTo("\"><svg onload=alert(1)>");
    assertThat(text(".score-card.side-1")).contains("unknown to the model");
    assertThat(text(".butterfly")).contains(ExplorerFixture.HOSTILE_NAME);
    assertThat(count("main img, main script, main b, [onload], [onerror]")).isZero();
    press("/");
    press("onerror");
    await(
        "return document.querySelector('[role=option] .entry-title')?.textContent === arguments[0]",
        ExplorerFixture.HOSTILE_USER);
    assertThat(count("#find-user img")).isZero();
    assertThat((Boolean) js("return 'alerted' in window")).isFalse();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Test
  void withoutADatasetThePageSaysSo() {
    open(bare, "#user=u9");
    assertThat(text(".user-head")).contains("started without --data", "8 heaviest items");
    assertThat(text("#history .question")).contains("the last 50 of 220 behaviors");
    assertThat(text(".age-key")).contains("Ages are not stored");
    assertThat(count(".map .cluster")).isEqualTo(30);
    assertThat(text("#cluster")).contains("not stored", "heaviest items of a cluster only");
    assertThat(count(".sankey .stream")).isPositive();
  }

  @Test
  void usersWithoutHistoryUnknownAndForgottenOnesAreShown() {
    open("#user=u5");
    assertThat(text("#history")).contains("Nothing is known");
    assertThat(text(".answer")).contains("no interests to attend to");
    open("#user=nobody");
    assertThat(text(".user-head")).contains("does not know this user");
    server.pairs().forget("u1");
    open("#user=u1");
    assertThat(text(".user-head")).contains("asked to be forgotten");
    assertThat(count(".map")).isZero();
  }

  @Test
  void whatTheServiceRefusesIsTold() {
    open("#user=u4");
    js("location.hash = '#user=u4&then=no-such-generation'");
    awaitText("#failure", "no-such-generation");
    awaitText("#status", "%");
    assertThat(count(".map .cluster")).as("the rest is still shown").isEqualTo(30);
    assertThat(count("#failure .notice")).as("the notice outlives the drawing").isOne();
    click("#failure button");
    assertThat(count("#failure .notice")).isZero();
    // The browser itself reports the answer 422.
    assertThat(complaints()).isNotEmpty().allMatch(said -> said.contains("422"));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 760, 1280, 1700})
  void everythingFitsTheWindow(int width) {
    look("light", width);
    String both = "&item=i3&versus=i1&then=" + fixture.older();
    for (String hash :
        List.of("", "#user=u9", "#user=" + encoded(ExplorerFixture.HOSTILE_USER) + both)) {
      open(hash);
      assertThat((Long) js("return document.documentElement.scrollWidth"))
          .as(hash)
          .isLessThanOrEqualTo(width);
    }
    assertThat(count(".map .cluster")).isEqualTo(30);
  }

  @ParameterizedTest
  @CsvSource({"light, 1280", "dark, 1280", "light, 400", "dark, 400"})
  void isPictured(String scheme, int width) throws IOException {
    look(scheme, width);
    open("#user=u0&item=i10");
    screenshot("explorer-" + scheme + "-" + width);
  }

  @Test
  void everyControlAndDrawingHasAName() {
    open("#user=u9&item=i3");
    assertThat(
            (Long)
                js(
                    "return [...document.querySelectorAll('button, input, select, [role=button],"
                        + " [role=img]')].filter((e) => !(e.getAttribute('aria-label') ||"
                        + " e.textContent.trim() ||"
                        + " document.querySelector(`label[for=\"${e.id}\"]`))).length"))
        .as("controls and drawings without a name")
        .isZero();
    assertThat(
            (Long)
                js(
                    "const ids = [...document.querySelectorAll('[id]')].map((e) => e.id); return"
                        + " ids.length - new Set(ids).size"))
        .isZero();
  }
}
