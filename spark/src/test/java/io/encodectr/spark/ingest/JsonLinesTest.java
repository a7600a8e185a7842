package io.encodectr.spark.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.log.FieldRules;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines of JSON as the local job reads them. */
class JsonLinesTest {
  private static RawRow read(String line) {
    RawRow row = new RawRow(1);
    new JsonLines(List.of("user"), new boolean[] {true}, new boolean[] {false})
        .read(line.getBytes(StandardCharsets.UTF_8), row);
    return row;
  }

  /** Cut texts are common where titles are shortened by UTF-16 units. */
  @Test
  void refusesHalfASurrogatePairAsDuckDbDoes() throws SQLException {
    List<String> texts =
        List.of(
            "\\ud83d\\ude00",
            "\\uD83D\\uDE00x",
            "cut \\ud83d",
            "\\ud83dx",
            "\\ud83d\\n",
            "\\ud83d\\u0041",
            "\\ud83d\\ud83d\\ude00",
            "\\ude00",
            "\\\\ud83d",
            "\\\\\\ud83d",
            "\\\"\\u00e4");
    try (Connection database = DriverManager.getConnection("jdbc:duckdb:");
        PreparedStatement valid = database.prepareStatement("SELECT json_valid(?)")) {
      for (String text : texts) {
        // The field that is read, another one, and a name.
        for (String line :
            List.of(
                "{\"user\": \"" + text + "\"}",
                "{\"user\": \"u\", \"title\": [\"" + text + "\"]}",
                "{\"user\": \"u\", \"" + text + "\": 1}")) {
          valid.setString(1, line);
          try (ResultSet result = valid.executeQuery()) {
            result.next();
            RawRow row = read(line);
            if (result.getBoolean(1)) {
              assertThat(row.state).as(line).isEqualTo(RawRow.State.READ);
            } else {
              assertThat(row.state).as(line).isEqualTo(RawRow.State.BROKEN);
              assertThat(row.words).as(line).isEqualTo(FieldRules.NO_JSON);
            }
          }
        }
      }
    }
  }

  @Test
  void minusZeroIsZero() {
    assertThat(read("{\"user\": -0}").fields).containsExactly("0");
  }
}
