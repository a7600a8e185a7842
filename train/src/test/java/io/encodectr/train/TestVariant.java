package io.encodectr.train;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options given as {@code name=value name=value} in a test's parameters. */
final class TestVariant {
  private TestVariant() {}

  static TrainOptions with(TrainOptions options, @Nullable String changes) {
    Map<String, Object> all = new HashMap<>();
    if (changes != null) {
      for (String change : changes.split(" ")) {
        String[] parts = change.split("=");
        all.put(parts[0], parts[1].matches("[0-9]+") ? Integer.valueOf(parts[1]) : parts[1]);
      }
    }
    return options.with(all);
  }
}
