package io.encodectr.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import io.encodectr.world.WorldSpec.Preset;
import io.encodectr.world.WorldSpec.Wishes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WorldSpecTest {
  private static Integer number(String text) {
    return text == null ? null : Integer.valueOf(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0,,,,,,, --users",
    ",50,,,,,, --items",
    ",,1,,,,, --categories",
    ",,100000,,,,, --categories",
    ",,,5,,,, --rows",
    ",,,99999999999,,,, --rows",
    ",,,,-1,,, --history-median",
    ",,,,5000,,, --history-median",
    ",,,,,0,, --history-max",
    ",,,,,,60, --days",
    ",,,,,,99999, --days",
  })
  void refusesWhatNoWorldCanBeMadeOf(
      String users,
      String items,
      String categories,
      String rows,
      String median,
      String max,
      String days,
      String option) {
    Wishes wishes =
        new Wishes(
            number(users),
            number(items),
            number(categories),
            rows == null ? null : Long.valueOf(rows),
            median == null ? null : Double.valueOf(median),
            number(max),
            number(days),
            null,
            null);
    assertThatThrownBy(() -> WorldSpec.of(Preset.DEMO, wishes))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(option)
        .hasMessageMatching(".*\\d.*");
  }

  @Test
  void refusesAnUnknownPreset() {
    assertThatThrownBy(() -> Preset.of("large"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("demo, small or movielens-32m");
  }

  @Test
  void refusesRowsThatLeaveNoRoomForPageViews() {
    Wishes wishes = new Wishes(100, null, null, 10_000L, 150.0, null, null, null, null);
    assertThatThrownBy(() -> Activity.plan(WorldSpec.of(Preset.DEMO, wishes)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--rows 10000")
        .hasMessageContaining("--history-median");
  }

  @Test
  void movieLensHasItsSize() {
    WorldSpec spec = WorldSpec.of(Preset.MOVIELENS_32M, Wishes.none());
    assertThat(spec.users()).isEqualTo(200_948);
    assertThat(spec.items()).isEqualTo(87_585);
    assertThat(spec.rows()).isEqualTo(32_000_000);
    Activity activity = Activity.plan(spec);
    long rows = 0;
    int longest = 0;
    for (int user = 0; user < spec.users(); user++) {
      rows += activity.history(user);
      longest = Math.max(longest, activity.history(user));
      assertThat(activity.pageViews(user)).isPositive();
    }
    for (long pageView = 0; pageView < activity.pageViews(); pageView++) {
      rows += Activity.candidates(spec.seed(), pageView);
    }
    assertThat(rows).isEqualTo(spec.rows());
    assertThat(longest).isEqualTo(3_000);
    assertThat(activity.median()).isBetween(50.0, 70.0);
  }

  @ParameterizedTest
  @EnumSource(
      value = Preset.class,
      names = {"DEMO", "SMALL"})
  void rowsFollowTheUsers(Preset preset) {
    WorldSpec whole = WorldSpec.of(preset, Wishes.none());
    WorldSpec half =
        WorldSpec.of(
            preset, new Wishes(whole.users() / 2, null, null, null, null, null, null, null, null));
    assertThat(half.rows()).isEqualTo(whole.rows() / 2);
    assertThat(half.historyMedian()).isEqualTo(whole.historyMedian());
  }

  /** The sampled lengths of few users are not exactly as long as expected. */
  @Test
  void thereIsRoomForPageViewsBesideTheLongestHistories() {
    Wishes wishes = new Wishes(2_000, 20_000, null, null, 10_000.0, 10_000, null, null, 1L);
    assertThat(Activity.plan(WorldSpec.of(Preset.SMALL, wishes)).median()).isEqualTo(10_000);
  }

  @Test
  void aLongerHistoryNeedsMoreRows() {
    Wishes wishes = new Wishes(null, null, null, null, 300.0, null, null, null, null);
    WorldSpec longer = WorldSpec.of(Preset.DEMO, wishes);
    assertThat(longer.rows()).isGreaterThan(WorldSpec.of(Preset.DEMO, Wishes.none()).rows());
    assertThat(Activity.plan(longer).median()).isEqualTo(300);
  }
}
