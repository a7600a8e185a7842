package io.encodectr.service;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether requests should be sent here, and if not, what is missing. Thread-safe. */
public final class Readiness {
  private final Map<String, Supplier<@Nullable String>> checks = new LinkedHashMap<>();
  private volatile boolean stopping;

  /**
   * Something that must be well.
   *
   * @param name snake_case
   * @param ready whether it is
   * @param reason why not; null if it is
   */
  public record Dependency(String name, boolean ready, @Nullable String reason) {}

  /** Ready from the start, but for what is added. */
  public Readiness() {
    checks.put("running", () -> stopping ? "the service is stopping" : null);
  }

  /**
   * Adds a dependency.
   *
   * @param reason what is wrong with it now, or null; must not wait
   */
  public synchronized void require(String name, Supplier<@Nullable String> reason) {
    checks.put(name, reason);
  }

  /** From now on the service is not ready any more. */
  public void stop() {
    stopping = true;
  }

  /** Whether {@link #stop} was called. */
  public boolean isStopping() {
    return stopping;
  }

  /** Every dependency as it is now. */
  public synchronized List<Dependency> dependencies() {
    return checks.entrySet().stream()
        .map(check -> {
          String reason = check.getValue().get();
          return new Dependency(check.getKey(), reason == null, reason);
        })
        .toList();
  }
}
