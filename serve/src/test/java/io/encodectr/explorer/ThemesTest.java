package io.encodectr.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThemesTest {
  @TempDir private Path folder;

  @Test
  void aThemeIsCommonHereAndRareElsewhere() throws IOException {
    ExplorerFixture fixture = ExplorerFixture.in(folder);
    try (LivePairs pairs = fixture.pairs()) {
      Themes themes = new ItemMap(pairs.scorer().model()).themes();
      // Items are named "STYLE thing N" with style N mod 3, and have category vN, N mod 6.
      assertThat(themes.of(Map.of(1, 0.5f, 4, 0.3f, 10, 0.2f))).isEqualTo("Orchid");
      assertThat(themes.of(Map.of(0, 0.5f, 6, 0.3f, 12, 0.2f))).isEqualTo("v0");
      assertThat(themes.of(Map.of(0, 1f))).isEqualTo("Harbor thing 0");
      assertThat(themes.of(Map.of(0, 0.25f, 1, 0.25f, 2, 0.25f, 8, 0.25f)))
          .as("what every item has is no theme")
          .isNotEqualTo("thing");
      assertThat(themes.of(Map.of())).isNull();
    }
  }
}
