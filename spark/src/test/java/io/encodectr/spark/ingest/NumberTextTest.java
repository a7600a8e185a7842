package io.encodectr.spark.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Numbers as the local job reads them. */
class NumberTextTest {
  private static final long SEED = 17;

  private static final List<String> EXAMPLES =
      List.of(
          "0",
          "-0",
          "1",
          "-1",
          "12.5",
          ".5",
          "5.",
          "-.5",
          "1e3",
          "1E-3",
          "1e+3",
          "1e",
          "e1",
          ".",
          "-",
          "",
          " ",
          " 7",
          "7 ",
          "\t7",
          "7\n",
          "0x10",
          "1,5",
          "1 2",
          "--1",
          "1.2.3",
          "nan",
          "NaN",
          "-nan",
          "inf",
          "-INF",
          "infinity",
          "Infinity",
          "infinite",
          "1e400",
          "-1e400",
          "1e-400",
          "123456789012345678901234567890",
          "0.1",
          "1d",
          "1f",
          "0b1",
          "١",
          "+-5",
          "1_000",
          "1_0.5",
          "1._5",
          "1__0",
          "1e1_0",
          "true");

  @Test
  void readsWhatDuckDbReads() throws SQLException {
    List<String> texts = new ArrayList<>(EXAMPLES);
    Random random = new Random(SEED);
    String letters = "0123456789..--eE+_ ";
    for (int i = 0; i < 5_000; i++) {
      StringBuilder text = new StringBuilder();
      int length = 1 + random.nextInt(9);
      for (int k = 0; k < length; k++) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      texts.add(text.toString());
    }
    try (Connection database = DriverManager.getConnection("jdbc:duckdb:");
        PreparedStatement cast =
            database.prepareStatement(
                "SELECT TRY_CAST(t AS DOUBLE), TRY_CAST(t AS FLOAT) FROM (SELECT CAST(? AS VARCHAR)"
                    + " t)")) {
      for (String text : texts) {
        cast.setString(1, text);
        try (ResultSet result = cast.executeQuery()) {
          result.next();
          Double expected = (Double) result.getObject(1);
          assertThat(NumberText.of(text)).as("seed %d, \"%s\"", SEED, text).isEqualTo(expected);
          if (expected != null && Math.abs(expected) <= Float.MAX_VALUE) {
            assertThat(NumberText.floatOf(text))
                .as("seed %d, \"%s\"", SEED, text)
                .isEqualTo((Float) result.getObject(2));
          }
        }
      }
    }
  }
}
