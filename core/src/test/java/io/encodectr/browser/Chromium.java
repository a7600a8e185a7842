package io.encodectr.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The Chromium of this machine, without a window. */
public final class Chromium {
  private static final List<String> BROWSERS =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
  private static final List<String> DRIVERS =
      List.of("/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver");
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private Chromium() {}

  /**
   * Starts it, keeping what pages complain of and ask for; the caller quits it. Where there is no
   * Chromium the test is skipped.
   *
   * @param profile a folder of its own
   * @param page what nobody looks at if the test is skipped
   */
  public static ChromeDriver start(Path profile, String page) {
    Optional<Path> browser = executable(BROWSERS);
    Optional<Path> driver = executable(DRIVERS);
    assumeTrue(
        browser.isPresent() && driver.isPresent(),
        "SKIPPED: no browser looked at " + page + "; apt-get install chromium chromium-driver");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser.get().toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-extensions",
        "--disable-sync",
        "--no-first-run",
        "--hide-scrollbars",
        "--force-prefers-reduced-motion",
        "--window-size=1280,900",
        "--user-data-dir=" + profile);
    options.setCapability("goog:loggingPrefs", logs);
    return new ChromeDriver(
        new ChromeDriverService.Builder()
            .usingDriverExecutable(driver.get().toFile())
            .withTimeout(PATIENCE)
            .build(),
        options);
  }

  private static Optional<Path> executable(List<String> places) {
    return places.stream().map(Path::of).filter(Files::isExecutable).findFirst();
  }
}
