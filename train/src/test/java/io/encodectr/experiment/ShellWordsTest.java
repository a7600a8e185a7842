package io.encodectr.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShellWordsTest {
  @Test
  void aShellReadsTheWordsBack() throws IOException {
    List<String> words = List.of("plain", "/a/b-c", "two words", "it's", "$HOME;`x`", "", "a\"b");
    assertThat(ShellWords.join(words)).startsWith("plain /a/b-c 'two words' ");
    Process shell =
        new ProcessBuilder(
                "sh", "-c", "for word in " + ShellWords.join(words) + "; do echo \"[$word]\"; done")
            .start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said.lines())
        .containsExactlyElementsOf(words.stream().map(w -> "[" + w + "]").toList());
  }
}
