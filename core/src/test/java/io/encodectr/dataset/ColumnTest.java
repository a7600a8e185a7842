package io.encodectr.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnTest {
  @Test
  void derivedCodesAreTheUtcHourAndWeekday() {
    for (long time = -2_000_000_000L; time < 4_000_000_000L; time += 12_345_677L) {
      ZonedDateTime utc = Instant.ofEpochSecond(time).atZone(ZoneOffset.UTC);
      assertThat(Column.hour().derivedCode(time)).as("%d", time).isEqualTo(utc.getHour());
      assertThat(Column.weekday().derivedCode(time))
          .as("%d", time)
          .isEqualTo(utc.getDayOfWeek().getValue() - 1);
    }
  }

  @Test
  void numbersAreNormalizedBelowOne() {
    Column column = Column.continuous("price", 10, 30);
    assertThat(column.normalize(10)).isZero();
    assertThat(column.normalize(30)).isEqualTo(1f - 0x1p-20f).isLessThan(1f);
    assertThat(column.normalize(20)).isEqualTo(0.5f * (1f - 0x1p-20f));
    assertThat(column.normalize(-5)).isZero();
    assertThat(column.normalize(1e30)).isEqualTo(1f - 0x1p-20f);
    assertThat(column.normalize(Double.NaN)).isZero();
    assertThat(column.normalize(Double.POSITIVE_INFINITY)).isEqualTo(1f - 0x1p-20f);
    assertThat(Column.continuous("flat", 4, 4).normalize(4)).isZero();
    Column wide = Column.continuous("wide", -Float.MAX_VALUE, Float.MAX_VALUE);
    assertThat(wide.normalize(0)).isBetween(0.49f, 0.51f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../x", "a/b", "a.b", "ids", "name", "row", "ü"})
  void namesThatAreNoFileNamesAreRefused(String name) {
    assertThatThrownBy(() -> Column.categorical(name, 3)).isInstanceOf(InputException.class);
  }

  @Test
  void columnsThatContradictThemselvesAreRefused() {
    List<Runnable> wrong =
        List.of(
            () -> Column.categorical("a", -1),
            () -> Column.continuous("a", 2, 1),
            () -> Column.continuous("a", Float.NaN, 1),
            () -> new Column("a", Kind.CONTINUOUS, true, 0, 0, 1, null),
            () -> new Column("a", Kind.CONTINUOUS, false, 4, 0, 1, null),
            () -> new Column("a", Kind.CATEGORICAL, false, 23, 0, 0, "hour"),
            () -> new Column("a", Kind.CATEGORICAL, false, 12, 0, 0, "month"),
            () -> new Schema(twice(), List.of(), List.of()),
            () -> new Schema(List.of(Column.hour()), List.of(), List.of()),
            () -> new Schema(List.of(), List.of(), List.of(Column.multiValued("a", 2))));
    for (Runnable each : wrong) {
      assertThatThrownBy(each::run).isInstanceOf(InputException.class);
    }
  }

  private static List<Column> twice() {
    return List.of(Column.categorical("a", 1), Column.categorical("a", 2));
  }
}
