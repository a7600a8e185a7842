package io.encodectr.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What is in a page, read as text; how it looks is {@link ReportBrowserTest}'s. */
class ReportPageTest {
  private static final Pattern SCRIPT =
      Pattern.compile("<script([^>]*)>(.*?)</script>", Pattern.DOTALL);

  @TempDir Path folder;

  private String page(ObjectNode results) throws IOException {
    Path html = folder.resolve("report.html");
    ReportPage.write(SampleResults.write(folder, results), html);
    return Files.readString(html);
  }

  private static List<String> scripts(String page, boolean data) {
    List<String> found = new ArrayList<>();
    Matcher matcher = SCRIPT.matcher(page);
    while (matcher.find()) {
      if (matcher.group(1).contains("application/json") == data) {
        found.add(matcher.group(2));
      }
    }
    return found;
  }

  @Test
  void carriesTheResultsUnchanged() throws IOException {
    ObjectNode results = SampleResults.hostile();
    List<String> data = scripts(page(results), true);
    assertThat(data).hasSize(1);
    assertThat(Json.mapper().readTree(data.get(0)))
        .isEqualTo(Json.mapper().readTree(results.toString()));
  }

  @Test
  void noTextOfTheResultsBecomesMarkup() throws IOException {
    String hostile = page(SampleResults.hostile());
    assertThat(scripts(hostile, true).get(0)).doesNotContain("<", ">", "&", "\u2028");
    assertThat(withoutData(hostile)).isEqualTo(withoutData(page(SampleResults.complete())));
  }

  private static String withoutData(String page) {
    return page.replace(scripts(page, true).get(0), "");
  }

  @Test
  void asksNothingOfTheNetwork() throws IOException {
    String page = page(SampleResults.complete());
    String markup = SCRIPT.matcher(page).replaceAll("");
    assertThat(markup).doesNotContain("http:").doesNotContain("https:").doesNotContain("//");
    assertThat(markup).doesNotContain("@import").doesNotContain("url(");
    assertThat(page).doesNotContainPattern("<script[^>]*\\ssrc");
    assertThat(policy(page)).startsWith("default-src 'none';");
  }

  @Test
  void thePolicyAllowsItsOwnScriptsByHashAndNoOther() throws Exception {
    String page = page(SampleResults.complete());
    String policy = policy(page);
    List<String> hashes = new ArrayList<>();
    for (String script : scripts(page, false)) {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      hashes.add("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
    }
    String allowed = policy.replaceAll(".*script-src ([^;]*);.*", "$1");
    assertThat(List.of(allowed.split(" "))).containsExactlyInAnyOrderElementsOf(hashes);
    assertThat(hashes).hasSizeGreaterThan(3).doesNotHaveDuplicates();
    assertThat(policy).doesNotContain("unsafe-eval");
    assertThat(policy.replaceAll(".*script-src([^;]*);.*", "$1")).doesNotContain("unsafe");
  }

  private static String policy(String page) {
    Matcher matcher =
        Pattern.compile("Content-Security-Policy\" content=\"([^\"]*)\"").matcher(page);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  @Test
  void sameResultsGiveTheSameBytes() throws IOException {
    assertThat(page(SampleResults.complete())).isEqualTo(page(SampleResults.complete()));
  }

  @Test
  void replacesAnOlderPageAndLeavesNothingBeside() throws IOException {
    Files.writeString(folder.resolve("report.html"), "older");
    assertThat(page(SampleResults.complete())).startsWith("<!DOCTYPE html>");
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("results.json", "report.html");
    }
  }

  @Test
  void anErrorLeavesAnOlderPageAsItWas() throws IOException {
    Path html = folder.resolve("report.html");
    Files.writeString(html, "older");
    Path results = folder.resolve("results.json");
    Files.writeString(results, "{\"format\": 2}");
    assertThatThrownBy(() -> ReportPage.write(results, html)).isInstanceOf(InputException.class);
    assertThat(html).hasContent("older");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[1, 2]|no results of an experiment",
        "{\"methods\": []}|(no \"format\")",
        "{\"format\": 2}|\"format\" is 2, this version shows format 1",
        "{\"format\": 1}|\"experiment\" is missing",
        "{\"format\": 1, \"experiment\": \"paper\"}|\"complete\" is missing, expected true or"
            + " false",
        "{\"format\": 1, \"experiment\": \"paper\", \"complete\": true}|\"sections\" is missing",
        "{\"format\": 1, \"experiment\": \"paper\", \"complete\": true, \"sections\":"
            + " [7]}|\"sections[0]\" is 7",
        "{\"format\": 1, \"experiment\": \"paper\", \"complete\": true, \"sections\": [{\"id\": \"a"
            + " b\"}]}|\"sections[0].id\" is \"a b\"",
        "{\"format\": 1, \"auc\": NaN}|results.json",
        "{\"format\": 1,|results.json",
      })
  void refusesWhatIsNoResults(String content, String said) throws IOException {
    Path results = folder.resolve("results.json");
    Files.writeString(results, content);
    assertThatThrownBy(() -> ReportPage.write(results, folder.resolve("report.html")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("results.json")
        .hasMessageContaining(said);
    assertThat(folder.resolve("report.html")).doesNotExist();
  }

  @Test
  void refusesTwoSectionsOfOneIdAndRowsWithoutRuns() throws IOException {
    ObjectNode twins = SampleResults.complete();
    ((ObjectNode) twins.get("sections").get(1)).put("id", "figure1");
    assertThatThrownBy(() -> page(twins))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"sections[1].id\" is \"figure1\"");
    ObjectNode bare = SampleResults.complete();
    ((ObjectNode) bare.get("sections").get(0).get("rows").get(3)).remove("runs");
    assertThatThrownBy(() -> page(bare))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("\"sections[0].rows[3].runs\" is missing, expected a list");
  }

  @Test
  void aMissingFileIsNamed() {
    Path missing = folder.resolve("nowhere.json");
    assertThatThrownBy(() -> ReportPage.write(missing, folder.resolve("report.html")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nowhere.json");
  }
}
