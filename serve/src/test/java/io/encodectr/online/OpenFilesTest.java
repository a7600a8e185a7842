package io.encodectr.online;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import org.junit.jupiter.api.Test;

class OpenFilesTest {
  @Test
  void aLimitThatIsTooLowIsNamedWithItsRemedies() {
    assertThatThrownBy(() -> OpenFiles.require(1024, 2815))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("ulimit -n 2816")
        .hasMessageContaining("--max-connections");
    assertThatCode(() -> OpenFiles.require(1024, 2816)).doesNotThrowAnyException();
    assertThatCode(() -> OpenFiles.require(1024, -1)).as("no limit").doesNotThrowAnyException();
  }
}
