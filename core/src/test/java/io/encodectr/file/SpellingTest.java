package io.encodectr.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {
  @Test
  void nearestIsByEditsCaseAside() {
    List<String> known = List.of("seed", "threads", "train-share");
    assertThat(Spelling.nearest("SEAD", known)).isEqualTo("seed");
    assertThat(Spelling.nearest("thread", known)).isEqualTo("threads");
    assertThat(Spelling.nearest("trian-shar", known)).isEqualTo("train-share");
    assertThat(Spelling.nearest("xyzzy", known)).isNull();
    assertThat(Spelling.nearest("seed", List.of())).isNull();
  }
}
