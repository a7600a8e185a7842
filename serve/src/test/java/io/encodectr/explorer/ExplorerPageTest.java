package io.encodectr.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExplorerPageTest {
  private final ExplorerPage page = new ExplorerPage();

  private static List<Path> files() throws IOException, URISyntaxException {
    Path folder = Path.of(Objects.requireNonNull(ExplorerPage.class.getResource("page")).toURI());
    try (Stream<Path> found = Files.list(folder)) {
      return found.toList();
    }
  }

  @Test
  void everyFileIsServedAndNothingElse() throws Exception {
    for (Path file : files()) {
      String name = file.getFileName().toString();
      ExplorerPage.Asset asset = Objects.requireNonNull(page.asset(name), name);
      assertThat(asset.bytes()).as(name).isEqualTo(Files.readAllBytes(file)).isNotEmpty();
      assertThat(asset.etag()).matches("\"[0-9a-f]{16}\"");
    }
    assertThat(page.asset("")).isSameAs(page.asset("index.html"));
    for (String name : List.of("..", "../ExplorerPage.class", "page", "main.js/", "/main.js")) {
      assertThat(page.asset(name)).as(name).isNull();
    }
  }

  /** What the policy forbids is not tried either, and texts are never parsed as markup. */
  @Test
  void filesKeepToThePolicy() throws Exception {
    for (Path file : files()) {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      String name = file.getFileName().toString();
      assertThat(text)
          .as(name)
          .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
          .doesNotContain("new Function", "setAttribute('style'");
      Pattern outside = Pattern.compile("(https?:)?//[a-z][^\\s\"']*");
      List<String> links =
          outside
              .matcher(text.replaceAll("(?m)^\\s*//.*$", ""))
              .results()
              .map(MatchResult::group)
              .filter(link -> !link.startsWith("http://www.w3.org/2000/svg"))
              .toList();
      assertThat(links).as(name).isEmpty();
    }
    String html =
        Files.readString(
            Path.of(
                Objects.requireNonNull(ExplorerPage.class.getResource("page/index.html")).toURI()));
    assertThat(
            Pattern.compile("<script(?![^>]*src=)|<style| style=| on[a-z]+=").matcher(html).find())
        .isFalse();
    assertThat(ExplorerPage.POLICY)
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe", "*", "data:");
  }

  /** A module that a page file imports is a page file. */
  @Test
  void importsLeadToServedFiles() throws Exception {
    Pattern imports = Pattern.compile("from '\\./([^']+)'");
    for (Path file : files()) {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      imports
          .matcher(text)
          .results()
          .map(found -> found.group(1))
          .forEach(name -> assertThat(page.asset(name)).as(name).isNotNull());
    }
  }
}
