package io.encodectr.scoring;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scoring without HTTP; docs/serving.md shows what stands between the markers. */
final class EmbeddingExample {
  private EmbeddingExample() {}

  // embedding begins
  static List<String> bestOf(Path model, Path store, String user, List<String> items, long now)
      throws IOException {
    try (Scorer scorer = Scorer.open(model, store)) { // once a process; any threads may use it
      var clickedSince = new UserEvents(List.of(items.get(0)), new long[] {now - 60}, false);
      float[] scores = scorer.score(user, items, ScoreContext.at(now), clickedSince);
      Map<String, Float> byItem = new LinkedHashMap<>();
      for (int i = 0; i < scores.length; i++) {
        byItem.put(items.get(i), scores[i]);
      }
      return items.stream().sorted(Comparator.comparing(byItem::get).reversed()).toList();
    }
  }
  // embedding ends
}
