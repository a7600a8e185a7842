package io.encodectr.generation;

import io.encodectr.dataset.Behaviors;
import io.encodectr.dataset.Dataset;

/**
 * The history of one of an {@link ExtractionInput}'s users: the dataset's behaviors, then the
 * joined events, all of which are later. One instance a thread, for one user after the other.
 */
final class JoinedHistory implements UserHistory {
  private final Behaviors behaviors;
  private final ExtractionInput input;
  private int user;
  private int first;
  private int stored;
  private int row;
  private int joined;

  JoinedHistory(Dataset dataset, ExtractionInput input) {
    behaviors = dataset.behaviors();
    this.input = input;
  }

  /** Turns to a user, by the place among the generation's users. */
  JoinedHistory of(int index) {
    user = input.users().inDataset(index);
    boolean known = user != GenerationUsers.ABSENT;
    first = known ? input.firstBehavior(user) : 0;
    stored = known ? input.datasetEnd(user) - first : 0;
    JoinedEvents events = input.events();
    row = input.eventRow(index);
    joined = events == null || row == GenerationUsers.ABSENT ? 0 : events.count(row);
    return this;
  }

  @Override
  public int count() {
    return stored + joined;
  }

  @Override
  public void lastItems(int count, int[] to) {
    int late = Math.min(count, joined);
    int early = count - late;
    if (early > 0) {
      behaviors.items(user, first + stored - early, early, to, 0);
    }
    JoinedEvents events = input.events();
    if (events != null && late > 0) {
      events.items(row, joined - late, late, to, early);
    }
  }

  @Override
  public void lastTimes(int count, long[] to) {
    int late = Math.min(count, joined);
    int early = count - late;
    if (early > 0) {
      behaviors.times(user, first + stored - early, early, to, 0);
    }
    JoinedEvents events = input.events();
    if (events != null && late > 0) {
      events.times(row, joined - late, late, to, early);
    }
  }
}
