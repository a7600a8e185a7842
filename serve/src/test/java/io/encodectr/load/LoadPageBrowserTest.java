package io.encodectr.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.browser.Chromium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/** The page of a load in this machine's Chromium; pictures are kept in target/screenshots. */
class LoadPageBrowserTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  @TempDir private static Path folder;
  private static ChromeDriver browser;

  @BeforeAll
  static void start() throws IOException {
    browser = Chromium.start(folder.resolve("profile"), "load.html");
    Files.createDirectories(SCREENSHOTS);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.quit();
    }
  }

  /** A service whose latency grows as 1/(1 − rate/400), and its knee. */
  private static LoadReport knee() {
    List<LoadReport.Measured> steps = new ArrayList<>();
    for (double rate :
        new double[] {20, 30, 45, 67.5, 101, 152, 228, 342, 342, 279, 309, 325, 228}) {
      double wait = 5 / (1 - Math.min(rate, 392) / 400);
      Latency latency = new Latency(9000, wait, wait, 1.8 * wait, 3.4 * wait, 5 * wait, 8 * wait);
      Latency lag = new Latency(9000, 0.1, 0.08, 0.1, 0.3, 0.9, 2);
      long refused = rate > 320 ? 400 : 0;
      Step.Result result =
          new Step.Result(
              rate,
              15,
              9000,
              rate,
              rate - refused / 15.0,
              9000 - refused,
              refused,
              0,
              0,
              refused / 9000.0,
              0,
              latency,
              null,
              refused == 0 ? null : lag,
              lag,
              0.2,
              0.55,
              3,
              0,
              0,
              new Details(new TreeMap<>(), new TreeMap<>(), new TreeMap<>()));
      List<Quantile> curve = new ArrayList<>();
      for (double percent : new double[] {0, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100}) {
        curve.add(new Quantile(percent, wait * (1 - 0.7 * Math.log(1.0001 - percent / 100))));
      }
      steps.add(
          new LoadReport.Measured(result, new Limits(50, 0.01).broken(result), curve, List.of()));
    }
    return report(new KneeSearch.Knee(228.0, 279.0), steps);
  }

  private static LoadReport report(KneeSearch.Knee knee, List<LoadReport.Measured> steps) {
    return new LoadReport(
        LoadReport.FORMAT,
        LoadReport.KIND,
        "encode 1.2.3",
        "2026-11-23T12:00:00Z",
        "http://127.0.0.1:8080/\"><img src=x onerror=alert(1)>",
        new Preflight("0123456789abcdef".repeat(4), "1735601342-0123", 3000, 1, 22_493, 220_725),
        new LoadReport.Asked("the dataset <b>world</b>", 3000, 20_000, 3000, 0, 256, 0, 1),
        new LoadReport.Client(16, "25.0.3", new Clock(30, 61), 1024, 10_000, 10),
        new Limits(50, 0.01),
        knee,
        steps,
        List.of("the <i>client</i> was late"));
  }

  private static void look(String scheme, String picture) throws IOException {
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    Map<String, Object> shot =
        browser.executeCdpCommand(
            "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
    Files.write(
        SCREENSHOTS.resolve(picture + ".png"),
        Base64.getDecoder().decode(String.valueOf(shot.get("data"))));
  }

  @Test
  void thePageOpensWithItsStyleAndNothingElse() throws IOException {
    Path page = folder.resolve("load.html");
    Files.writeString(page, LoadPage.of(knee()));
    browser.manage().logs().get(LogType.BROWSER);
    browser.get(page.toUri().toString());
    look("light", "load-light");
    String light = browser.findElement(By.tagName("body")).getCssValue("background-color");
    look("dark", "load-dark");
    String dark = browser.findElement(By.tagName("body")).getCssValue("background-color");
    assertThat(light).isNotEqualTo(dark);
    assertThat(browser.findElements(By.tagName("svg"))).hasSize(3);
    assertThat(browser.findElements(By.cssSelector("img, script, i"))).isEmpty();
    assertThat(browser.findElements(By.cssSelector("tbody tr"))).hasSize(13);
    assertThat(browser.findElement(By.tagName("h1")).getText()).startsWith("228 requests/s");
    assertThat(browser.findElement(By.className("lead")).getText())
        .startsWith("Measured once more at that rate: half within 11.6 ms");
    assertThat(browser.findElement(By.cssSelector(".notice li")).getText())
        .isEqualTo("the <i>client</i> was late");
    assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
        .extracting(LogEntry::getMessage)
        .isEmpty();
  }
}
