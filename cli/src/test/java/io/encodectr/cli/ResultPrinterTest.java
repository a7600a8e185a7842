package io.encodectr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultPrinterTest {
  private static String printed(boolean json, Map<String, ?> result) {
    var text = new StringWriter();
    new ResultPrinter(new PrintWriter(text), json).print(result);
    return text.toString();
  }

  private static Map<String, Object> row(String method, double auc, Object micros) {
    var row = new LinkedHashMap<String, Object>();
    row.put("method", method);
    row.put("auc", auc);
    row.put("micros", micros);
    return row;
  }

  @Test
  void aListOfMapsIsATable() {
    var result = new LinkedHashMap<String, Object>();
    result.put("samples", 1234);
    result.put("methods", List.of(row("din", 0.71, 3), row("encode", 0.75, 12_345L)));
    result.put("seed", 7L);
    assertThat(printed(false, result))
        .isEqualToNormalizingNewlines(
            """
            samples  1,234
            methods
              method     auc  micros
              din     0.7100       3
              encode  0.7500  12,345
            seed     7
            """);
  }

  @Test
  void jsonHasNoNan() {
    var result = new LinkedHashMap<String, Object>();
    result.put("gauc", Double.NaN);
    result.put("rows", List.of(Map.of("ri", Float.POSITIVE_INFINITY)));
    result.put("auc", 0.5);
    result.put("none", null);
    assertThat(printed(true, result).strip())
        .isEqualTo("{\"gauc\":null,\"rows\":[{\"ri\":null}],\"auc\":0.5,\"none\":null}");
    assertThat(printed(false, result)).contains("gauc  -", "auc   0.5000", "none  -");
  }

  @Test
  void smallNumbersKeepTheirDigits() {
    assertThat(printed(false, Map.of("rate", 1e-4))).isEqualToIgnoringNewLines("rate  0.000100");
    assertThat(printed(false, Map.of("rate", 0.0))).isEqualToIgnoringNewLines("rate  0.0000");
    assertThat(printed(false, Map.of("rate", 16879.4))).isEqualToIgnoringNewLines("rate  16,879");
  }
}
