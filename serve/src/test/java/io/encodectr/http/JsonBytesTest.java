package io.encodectr.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is written by hand is what a parser reads. */
class JsonBytesTest {
  private static JsonNode read(JsonBytes written) {
    return JsonMapper.shared().readTree(written.array(), 0, written.length());
  }

  @Test
  void numbersComeBackExactly() {
    long seed = 7;
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (!Float.isFinite(value)) {
        continue;
      }
      JsonNode number = read(new JsonBytes(0).number(value));
      assertThat((float) number.asDouble()).as("seed %d, %s", seed, value).isEqualTo(value);
    }
    for (float value : new float[] {0f, 1f, -1f, Float.MIN_VALUE, Float.MAX_VALUE, 1e-7f, 1e10f}) {
      assertThat((float) read(new JsonBytes(0).number(value)).asDouble()).isEqualTo(value);
    }
    for (long value : new long[] {0, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1_700_000_000}) {
      assertThat(read(new JsonBytes(0).number(value)).asLong()).isEqualTo(value);
    }
  }

  @Test
  void whatIsNoNumberIsNotWritten() {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      assertThatThrownBy(() -> new JsonBytes(0).number(value))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void textsComeBackExactly() {
    long seed = 8;
    Random random = new Random(seed);
    String[] pieces = {
      "a",
      "item",
      "\"",
      "\\",
      "/",
      "\n",
      "\u0000",
      "\u001f",
      "\u007f",
      "é",
      "雪",
      "😀",
      "\u2028",
      "</script>"
    };
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      JsonBytes written =
          new JsonBytes(0).raw("[").text(text.toString()).raw(",").number(1L).raw("]");
      assertThat(read(written).get(0).asString()).as("seed %d", seed).isEqualTo(text.toString());
    }
    String all = "x".repeat(10_000) + "é".repeat(10_000);
    assertThat(read(new JsonBytes(1).text(all)).asString()).isEqualTo(all);
  }
}
