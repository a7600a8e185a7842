package io.encodectr.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.behavior.Event;
import io.encodectr.behavior.EventLogOptions;
import io.encodectr.behavior.folder.FolderEventLog;
import io.encodectr.online.ServedWorld;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log that fails, as the service sees it. */
@Timeout(120)
class UserBehaviorsTest {
  private static final int ENOUGH_TO_FILL_ITS_MEMORY = 400;

  @TempDir private Path folder;

  private static List<Event> thousand(int round) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      String item = "x".repeat(200) + round + "-" + i;
      events.add(new Event(item, "someone " + i, item, Event.NOW, null));
    }
    return events;
  }

  /** The log's folder goes, so that new files cannot be made; what is open is read as before. */
  @Test
  void aDiskThatTakesNoWritesFailsNoReadsAndIsNotForgottenByThem() throws Exception {
    try (ServedWorld world = ServedWorld.in(folder.resolve("world"))) {
      ScoringPair pair = ServedWorld.open(world.pair(1));
      Path events = folder.resolve("events");
      ActivePair pairs = new ActivePair();
      ServiceMetrics metrics = new ServiceMetrics();
      var options = new EventLogOptions(300, 1 << 20, InstantSource.system());
      FolderEventLog log = FolderEventLog.open(events, options);
      UserBehaviors behaviors = new UserBehaviors(log, pairs, metrics);
      behaviors.append(List.of(new Event("a", "u1", "i1", Event.NOW, null)));
      assertThat(behaviors.failure()).isNull();

      Files.move(events, folder.resolve("moved"));
      Files.writeString(events, "no folder");
      Refusal refusal = null;
      for (int round = 0; refusal == null && round < ENOUGH_TO_FILL_ITS_MEMORY; round++) {
        try {
          behaviors.append(thousand(round));
        } catch (Refusal e) {
          refusal = e;
        }
      }
      assertThat(refusal).as("writing fails").isNotNull();
      assertThat(refusal.reason()).isEqualTo(Refusal.Reason.EVENTS_UNAVAILABLE);
      assertThat(behaviors.since("u1", pair.scorer()).items()).as("reading works").contains("i1");
      assertThat(behaviors.failure()).contains("cannot be written");
      log.close();
      pair.release();
    }
  }
}
