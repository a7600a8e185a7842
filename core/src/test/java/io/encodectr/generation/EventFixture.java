package io.encodectr.generation;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Histories of two blocks of users, and events that came after them. */
final class EventFixture {
  static final long SEED = Long.getLong("encode.test.seed", 77L);
  static final int USERS = ExtractionJob.BLOCK + 200;
  static final int ITEMS = 150;
  static final long START = 1_700_000_000L;

  /** The dataset's last behavior is at START + 999, so its log ends here. */
  static final long END = START + 1000;

  private EventFixture() {}

  /** Users u0…; with {@code joined}, the behaviors of {@link #events} are in it as well. */
  static Dataset dataset(Path path, int users, boolean joined) throws IOException {
    return dataset(path, users, joined, -1);
  }

  /** The same, but one user is of another age. */
  static Dataset dataset(Path path, int users, boolean joined, int older) throws IOException {
    Random random = new Random(SEED);
    DatasetFixture fixture =
        new DatasetFixture(users, ITEMS)
            .itemSets("genre", 7, i -> new int[] {i % 7})
            .userColumn("country", 5, u -> u < USERS ? u % 5 : -1)
            .userNumbers("age", u -> u == older ? 0.95f : u < USERS ? u % 10 / 10f : 0f);
    for (int user = 0; user < USERS; user++) {
      int length = user % 9 == 0 ? 0 : user < 60 ? user : user % 6;
      fixture.history(user, START + user % 50, random.ints(length, 0, ITEMS).toArray());
    }
    fixture.behavior(1, 1, END - 1);
    if (joined) {
      for (EventList.Entry each : entries()) {
        int item = Integer.parseInt(each.item().substring(1));
        if (each.time() >= END && item < ITEMS) {
          fixture.behavior(Integer.parseInt(each.user().substring(1)), item, each.time());
        }
      }
    }
    return fixture.open(path);
  }

  /** In order of arrival: late ones, unknown items, users whom the dataset does not have. */
  static List<EventList.Entry> entries() {
    Random random = new Random(SEED + 1);
    return random
        .ints(3000, 0, USERS + 50)
        .mapToObj(user ->
            new EventList.Entry(
                "u" + user,
                "i" + random.nextInt(ITEMS + 10),
                END - 100 + random.nextInt(2000),
                END * 1000 + random.nextInt(1000)))
        .toList();
  }

  static EventList events() {
    EventList events = new EventList();
    entries().forEach(each -> events.add(each.user(), each.item(), each.time(), each.received()));
    return events;
  }
}
