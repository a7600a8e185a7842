package io.encodectr.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.dataset.Column;
import io.encodectr.dataset.Schema;
import io.encodectr.file.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutTest {
  @ParameterizedTest
  @CsvSource({"0, 0, 32", "1, 8, 24", "2, 8, 16", "3, 5, 17", "5, 3, 17", "16, 1, 16"})
  void theIdTakesWhatTheColumnsLeave(int columns, int width, int idWidth) {
    Layout layout = new Layout(spec("encode", items(columns)));
    assertThat(layout.idWidth()).isEqualTo(idWidth);
    for (int c = 0; c < columns; c++) {
      assertThat(layout.columnWidth(c)).isEqualTo(width);
      assertThat(layout.columnOffset(c)).isEqualTo(idWidth + c * width);
    }
  }

  @Test
  void moreThanSixteenColumnsDoNotFit() {
    assertThatThrownBy(() -> new Layout(spec("encode", items(17))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("17");
  }

  @Test
  void theInputIsLaidOutInOrder() {
    Schema schema =
        new Schema(
            List.of(Column.continuous("price", 0, 1), Column.multiValued("genre", 6)),
            List.of(Column.categorical("sex", 2), Column.continuous("age", 0, 1)),
            List.of(Column.hour(), Column.weekday()));
    Layout layout = new Layout(spec("encode", schema));
    assertThat(layout.columnWidth(0)).isZero();
    assertThat(layout.columnWidth(1)).isEqualTo(8);
    assertThat(layout.userOffset(1)).isEqualTo(8);
    assertThat(layout.contextOffset(0)).isEqualTo(9);
    assertThat(layout.contextOffset(1)).isEqualTo(17);
    assertThat(layout.userContextWidth()).isEqualTo(25);
    assertThat(layout.itemWidth()).isEqualTo(33);
    assertThat(layout.interestWidth()).isEqualTo(128);
    assertThat(layout.inputWidth()).isEqualTo(25 + 33 + 128);
    assertThat(layout.tensors().sequencedKeySet())
        .containsExactly(
            "item.id",
            "item.genre",
            "user.sex",
            "context.hour",
            "context.weekday",
            "projection",
            "default.recent",
            "default.long",
            "tower.0.weight",
            "tower.0.bias",
            "tower.1.weight",
            "tower.1.bias",
            "tower.2.weight",
            "tower.2.bias");
    assertThat(layout.tensors().get("tower.0.weight")).containsExactly(186, 200);
    assertThat(layout.tensors().get("item.genre")).containsExactly(7, 8);
    assertThat(layout.tensors().get("tower.2.weight")).containsExactly(80);

    Layout din = new Layout(spec("din", schema));
    assertThat(din.hasLong()).isFalse();
    assertThat(din.inputWidth()).isEqualTo(25 + 33 + 64);
    assertThat(din.tensors()).doesNotContainKey("default.long");
  }

  private static Schema items(int columns) {
    List<Column> item = new ArrayList<>();
    for (int c = 0; c < columns; c++) {
      item.add(Column.categorical("c" + c, 3));
    }
    return new Schema(item, List.of(), List.of());
  }

  static ModelSpec spec(String method, Schema schema) {
    return new ModelSpec(
        1,
        "model",
        method,
        32,
        4,
        30,
        15,
        20f,
        1500,
        50,
        "dot",
        "cosine",
        "kmeans",
        "none",
        50,
        8,
        List.of(200, 80),
        1,
        2,
        schema,
        10,
        "f",
        Map.of(),
        Map.of(),
        "v",
        "");
  }
}
