package io.encodectr.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is trained once a seed, in however many tables it stands: a method with the options that
 * define it.
 *
 * @param id its name in folders and results; for most the method's own
 * @param label as the paper's tables have it
 * @param method a name of {@link io.encodectr.sequence.Method}
 * @param options fixed training options by their snake_case names; they win over the chosen ones
 * @param choice whose hyper-parameters it takes: its own id, or that of the variant whose choice it
 *     inherits
 */
record Variant(String id, String label, String method, Map<String, Object> options, String choice) {
  Variant {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /** A method with hyper-parameters of its own. */
  static Variant of(String method, String label) {
    return new Variant(method, label, method, Map.of(), method);
  }

  /** Another form of this variant, which inherits its choice. */
  Variant with(String newId, String newLabel, Map<String, Object> changes) {
    Map<String, Object> all = new LinkedHashMap<>(options);
    all.putAll(changes);
    return new Variant(newId, newLabel, method, all, choice);
  }

  /** The same with trials of its own. */
  Variant choosing() {
    return new Variant(id, label, method, options, id);
  }
}
