package io.encodectr.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.world.IdealReaders.Reading;
import io.encodectr.world.Interest.Life;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The world asks of a method what it is meant to ask. */
class TruthTest {
  private static World world;
  private static TruthReport report;

  @BeforeAll
  static void measure() {
    world = World.of(WorldSpec.of(WorldSpec.Preset.DEMO, WorldSpec.Wishes.none()));
    report = TruthReport.of(world, 700);
  }

  @Test
  void manyClicksComeFromInterestsThatTheRecentBehaviorsDoNotShow() {
    assertThat(report.drivenShare()).isGreaterThan(0.8);
    assertThat(report.absentFromLast50()).isGreaterThan(0.25);
  }

  @Test
  void relevantBehaviorsAreManyAndCrossCategories() {
    assertThat(report.overHundred()).isGreaterThan(0.12);
    assertThat(report.overHundredWhereLong()).isGreaterThan(0.35);
    assertThat(report.sameCategoryShare()).isLessThan(0.6);
  }

  @Test
  void whoeverReadsLessOfTheHistoryKnowsLess() {
    double whole = report.auc(Reading.WHOLE_HISTORY);
    assertThat(report.oracleAuc()).isBetween(0.80, 0.86).isGreaterThan(whole + 0.03);
    assertThat(whole).isGreaterThan(report.auc(Reading.LAST_50) + 0.03);
    assertThat(whole).isGreaterThan(report.auc(Reading.LAST_50_OF_CATEGORY) + 0.03);
    assertThat(whole).isGreaterThan(report.auc(Reading.AVERAGE) + 0.05);
    assertThat(report.gauc(Reading.WHOLE_HISTORY)).isGreaterThan(0.7);
  }

  @Test
  void everyUserHasAnInterestOfLongAgoAndOneThatIsAwake() {
    for (int user = 0; user < 300; user++) {
      List<Interest> interests = new Shopper(world, user).interests();
      assertThat(interests).hasSizeBetween(3, 12);
      assertThat(interests.stream().mapToDouble(Interest::weight).sum()).isBetween(0.999, 1.001);
      assertThat(interests.getFirst().life().kind()).isEqualTo(Life.Kind.LONG_AGO);
      assertThat(interests.getFirst().life().active(world.samplesFrom())).isFalse();
      assertThat(interests.get(1).life().active(world.samplesFrom())).isTrue();
      assertThat(interests).allSatisfy(interest -> assertThat(interest.mix()).hasSizeBetween(1, 6));
    }
  }

  @Test
  void aRecurringInterestSleepsBetweenItsSeasons() {
    Life life = new Life(Life.Kind.RECURRING, 1_000, 5_000, 100, 30);
    List<Long> distances = new ArrayList<>();
    for (long time : new long[] {999, 1_000, 1_029, 1_030, 1_060, 1_099, 1_100, 5_000}) {
      distances.add(life.distance(time));
    }
    assertThat(distances).containsExactly(1L, 0L, 0L, 1L, 31L, 1L, 0L, 1L);
  }

  @Test
  void relevanceKnowsNoTime() {
    Shopper shopper = new Shopper(world, 5);
    Interest old = shopper.interests().getFirst();
    List<Interest> others = shopper.interests().subList(1, shopper.interests().size());
    int item = world.catalog().itemsOfStyle(old.style())[0];
    assertThat(ClickModel.relevance(world.catalog(), shopper.interests(), item))
        .isGreaterThan(ClickModel.relevance(world.catalog(), others, item));
  }

  @Test
  void laterUsersAndClicksChangeNothingEarlier() {
    // Streams are by user: a user alone and a user among others are the same.
    EventChunk alone = new EventChunk();
    alone.fill(world, 41, 42);
    EventChunk together = new EventChunk();
    together.fill(world, 40, 43);
    String all = new String(together.bytes(), 0, together.length(), StandardCharsets.US_ASCII);
    assertThat(all)
        .contains(new String(alone.bytes(), 0, alone.length(), StandardCharsets.US_ASCII));
  }
}
