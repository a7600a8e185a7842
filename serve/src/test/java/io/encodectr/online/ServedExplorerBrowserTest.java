package io.encodectr.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.browser.Chromium;
import io.encodectr.http.AccessToken;
import io.encodectr.http.ApiClient;
import io.encodectr.http.ServerOptions;
import io.encodectr.service.PairLocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;

/** The explorer's page on the whole service: its token, its event log, its forgetting. */
@Timeout(180)
class ServedExplorerBrowserTest {
  private static final String TOKEN = "a-token-of-this-test";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private ChromeDriver browser;

  private void await(String script) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Object found = browser.executeScript(script);
    while (found == null || Boolean.FALSE.equals(found)) {
      if (System.nanoTime() > end) {
        throw new AssertionError(script + ", the page says: " + text("body"));
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      found = browser.executeScript(script);
    }
  }

  private String text(String selector) {
    return (String)
        browser.executeScript(
            "return document.querySelector(arguments[0])?.textContent ?? ''", selector);
  }

  private OnlineOptions withToken(ServedWorld world, PairLocation pair) throws Exception {
    Path file = folder.resolve("token");
    Files.writeString(file, TOKEN + "\n");
    OnlineOptions usual = world.options(pair);
    ServerOptions server = usual.server();
    return new OnlineOptions(
        pair,
        usual.events().folder(),
        new ServerOptions(
            server.address(),
            server.admin(),
            AccessToken.read(file),
            null,
            server.limits(),
            server.notice(),
            server.grace()),
        usual.workers(),
        usual.queue(),
        usual.patience(),
        usual.staleAfter(),
        usual.warmUp(),
        usual.artifacts(),
        null,
        false);
  }

  private void open(OnlineService service, String hash) {
    browser.get("about:blank");
    browser.get(service.address() + "/explorer/" + hash);
  }

  @Test
  void aClickIsRecordedAndForgotten() throws Exception {
    browser = Chromium.start(folder.resolve("profile"), "the explorer");
    try (ServedWorld world = ServedWorld.in(folder.resolve("world"));
        OnlineService service = OnlineService.start(withToken(world, world.pair(1)));
        ApiClient client = new ApiClient(service)) {
      open(service, "#user=u30&item=i7");
      await("return document.getElementById('token').open");
      browser.findElement(By.id("token-text")).sendKeys(TOKEN, Keys.ENTER);
      await("return document.querySelector('.score-value')");
      String before = text(".score-value");

      for (int press = 0; press < 2; press++) {
        browser.executeScript("document.querySelector('[data-action=record]').click()");
      }
      await("return document.querySelector('.what-if-said')");
      assertThat(text(".what-if-said")).contains("recorded");
      assertThat(text(".lane-label.event")).contains("Since then", "1");
      String bearer = "Bearer " + TOKEN;
      assertThat(
              client
                  .get("/v1/users/u30", "Authorization", bearer)
                  .body()
                  .path("events_since")
                  .asInt())
          .isEqualTo(1);
      open(service, "#user=u30&item=i7");
      await("return document.querySelector('.score-value')");
      assertThat(text(".score-value")).isNotEqualTo(before);

      assertThat(client.delete("/v1/users/u30", "Authorization", bearer).status()).isEqualTo(200);
      open(service, "#user=u30&item=i7");
      await("return document.querySelector('h1')?.textContent.includes('u30')");
      await("return document.querySelector('.lane-label.event') === null");
      assertThat((Long) browser.executeScript("return document.querySelectorAll('.lane').length"))
          .isZero();
      assertThat(text("body")).contains("forgotten");
    } finally {
      browser.quit();
    }
  }
}
