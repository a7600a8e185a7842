package io.encodectr.spark.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.log.CsvDialect;
import io.encodectr.log.FieldRules;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values beyond the last column: empty ones do not count, as for the local job. */
class CsvLinesTest {
  private static RawRow read(String line) {
    RawRow row = new RawRow(3);
    row.ordinal = 1;
    new CsvLines(CsvDialect.DEFAULT, new int[][] {{0, 1, 2}}, new int[] {3})
        .read(line.getBytes(StandardCharsets.UTF_8), row);
    return row;
  }

  @ParameterizedTest
  @ValueSource(strings = {"4,5,6", "4,5,6,", "4,5,6,,,", "4,5,6,\"\"", "\"4\",5,\"6\",\"\","})
  void emptyValuesBeyondTheLastColumnDoNotCount(String line) {
    RawRow row = read(line);
    assertThat(row.state).isEqualTo(RawRow.State.READ);
    assertThat(row.fields).containsExactly("4", "5", "6");
  }

  @Test
  void otherOnesDo() {
    for (String line : new String[] {"4,5,6,x", "4,5,6,,x", "4,5,6,\"x\","}) {
      RawRow row = read(line);
      assertThat(row.state).as(line).isEqualTo(RawRow.State.BROKEN);
      assertThat(row.words).as(line).isEqualTo(FieldRules.columns(4, 3));
    }
    assertThat(read("4,5").words).isEqualTo(FieldRules.columns(2, 3));
  }
}
