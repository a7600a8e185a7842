package io.encodectr.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
  @TempDir Path folder;

  record Point(int firstValue, float other, List<String> names, Map<String, Object> more) {
    Point {
      if (firstValue < 0) {
        throw new InputException("first_value is " + firstValue);
      }
    }
  }

  @Test
  void recordsComeBack() throws Exception {
    Point point = new Point(3, 0.1f, List.of("é", "b"), Map.of("k", 2));
    Path file = folder.resolve("p.json");
    Json.write(file, point);
    assertThat(Files.readString(file))
        .startsWith("{\n  \"first_value\" : 3,\n  \"other\" : 0.1,\n  \"names\"")
        .endsWith("}\n");
    assertThat(Json.read(file, Point.class)).isEqualTo(point);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'first_value':1,'other':1,'names':[],'more':{},'extra':1} | property `extra` is not"
            + " known",
        "{'first_value':1,'other':1,'names':[]} | property `more` is missing",
        "{'first_value':null,'other':1,'names':[],'more':{}} | null",
        "{'first_value':'x','other':1,'names':[],'more':{}} | int",
        "{'first_value':-1,'other':1,'names':[],'more':{}} | first_value is -1",
        "{'first_value':1 | line 1",
        "null | null",
        "{} {} | ''",
      })
  void otherJsonIsRefused(String json, String part) throws Exception {
    Path file = Files.writeString(folder.resolve("p.json"), json.replace('\'', '"'));
    assertThatThrownBy(() -> Json.read(file, Point.class))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(part.replace("'", "").replace('`', '"'));
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> Json.read(folder.resolve("none.json"), Point.class))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("none.json");
  }
}
