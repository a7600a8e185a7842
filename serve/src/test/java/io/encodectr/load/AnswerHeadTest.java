package io.encodectr.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerHeadTest {
  private static final String FULL =
      "{\"model\":\"0123456789abcdef\",\"generation\":\"g7\","
          + "\"user\":{\"id\":\"u\",\"known\":true,\"as_of\":1,\"events_since\":3},"
          + "\"degraded\":[\"stale_interests\",\"deadline\"],\"coverage\":0.25,\"scores\":[";

  private static AnswerHead of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return AnswerHead.of(bytes, bytes.length);
  }

  @Test
  void readsWhatStandsBeforeTheScores() {
    AnswerHead head = of(FULL + "{\"item\":\"cut off he");
    assertThat(head.model()).isEqualTo("0123456789abcdef");
    assertThat(head.generation()).isEqualTo("g7");
    assertThat(head.degraded()).containsExactly("stale_interests", "deadline");
    assertThat(head.coverage()).isEqualTo(0.25);
    assertThat(head.pair()).isEqualTo("0123456789ab/g7");
  }

  @Test
  void readsNothingWrongFromAnyBeginning() {
    for (int end = 0; end <= FULL.length(); end++) {
      AnswerHead head = of(FULL.substring(0, end));
      assertThat(head.model()).isIn("", "0123456789abcdef");
      assertThat(head.generation()).isIn("", "g7");
      assertThat(head.degraded()).isSubsetOf("stale_interests", "deadline");
      assertThat(head.coverage()).isIn(0.25, 0.2, 0.0, Double.NaN);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "null", "<html>", "{\"model\":5,\"degraded\":{},\"coverage\":\"1\"}"})
  void otherAnswersSayNothing(String text) {
    AnswerHead head = of(text);
    assertThat(head.pair()).isEmpty();
    assertThat(head.degraded()).isEmpty();
    assertThat(head.coverage()).isNaN();
  }
}
