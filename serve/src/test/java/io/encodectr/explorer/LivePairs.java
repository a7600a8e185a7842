package io.encodectr.explorer;

import io.encodectr.generation.Generation;
import io.encodectr.generation.Store;
import io.encodectr.model.Model;
import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.ScoringModel;
import io.encodectr.scoring.UserEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** A pair in service with events in memory, for tests. */
final class LivePairs implements ServedPairs, AutoCloseable {
  private final ServedPair pair;
  private final Map<String, UserEvents> events = new ConcurrentHashMap<>();
  private final Set<String> forgotten = ConcurrentHashMap.newKeySet();

  LivePairs(Path model, Path folder) throws IOException {
    this(model, folder, Store.open(folder).current());
  }

  LivePairs(Path model, Path folder, String generation) throws IOException {
    Store store = Store.open(folder);
    pair =
        new ServedPair(
            Scorer.of(
                ScoringModel.of(Model.load(model)), Generation.open(store.generation(generation))),
            generation,
            store);
  }

  Scorer scorer() {
    return pair.scorer();
  }

  void click(String user, String item, long time) {
    events.merge(
        user,
        new UserEvents(List.of(item), new long[] {time}, false),
        (before, added) -> {
          List<String> items = new ArrayList<>(before.items());
          items.addAll(added.items());
          long[] times = Arrays.copyOf(before.times(), items.size());
          times[items.size() - 1] = Math.max(time, times[Math.max(0, items.size() - 2)]);
          return new UserEvents(items, times, false);
        });
  }

  void forget(String user) {
    forgotten.add(user);
    events.remove(user);
  }

  void clear() {
    events.clear();
    forgotten.clear();
  }

  @Override
  public <T> T read(Function<ServedPair, T> work) {
    return work.apply(pair);
  }

  @Override
  public UserEvents events(String user, Scorer scorer) {
    UserEvents since = events.getOrDefault(user, UserEvents.NONE);
    return new UserEvents(since.items(), since.times(), forgotten.contains(user));
  }

  @Override
  public void close() {
    pair.scorer().close();
  }
}
