package io.encodectr.service;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether requests should be sent here, and if not, what is missing. Thread-safe. */
public final class Readiness {
  private final List<Check> checks = new ArrayList<>();
  private volatile boolean stopping;

  /**
   * Something that should be well.
   *
   * @param name snake_case
   * @param required whether the service is not ready without it; else it serves, but worse
   * @param ready whether it is well
   * @param reason why not; null if it is
   */
  public record Dependency(String name, boolean required, boolean ready, @Nullable String reason) {}

  private record Check(String name, boolean required, Supplier<@Nullable String> reason) {}

  /** Ready from the start, but for what is added. */
  public Readiness() {
    add("running", true, () -> stopping ? "the service is stopping" : null);
  }

  /**
   * Adds a dependency.
   *
   * @param required whether the service is not ready without it
   * @param reason what is wrong with it now, or null; must not wait
   */
  public synchronized void add(String name, boolean required, Supplier<@Nullable String> reason) {
    checks.add(new Check(name, required, reason));
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
    return checks.stream()
        .map(check -> {
          String reason = check.reason().get();
          return new Dependency(check.name(), check.required(), reason == null, reason);
        })
        .toList();
  }

  /** Whether nothing that is required is missing. */
  public boolean isReady() {
    return dependencies().stream().allMatch(each -> each.ready() || !each.required());
  }
}
