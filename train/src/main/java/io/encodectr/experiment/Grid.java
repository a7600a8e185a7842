package io.encodectr.experiment;

import io.encodectr.file.InputException;
import io.encodectr.file.Spelling;
import io.encodectr.train.TrainOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The trials of every method: as many for one as for another, so that none is better tuned. Read
 * from YAML:
 *
 * <pre>{@code
 * all: {batch_size: 256}           # options of every training
 * methods:
 * - names: [din-l, eta]            # a trial for each combination of the axes' entries
 *   axes:
 *   - [{learning_rate: 0.001}, {learning_rate: 0.003}]
 *   - [{long_relevance: dot}, {long_relevance: cosine, beta: 5}]
 * }</pre>
 */
final class Grid {
  /** Grids that come with Encode. */
  static final List<String> NAMES = List.of("standard", "wide");

  /** What the experiment itself decides. */
  private static final Set<String> RESERVED =
      Set.of("method", "seed", "epochs", "validation_share", "early_stop", "patience", "log_every");

  /** What the sections' rows are named after: a row must be what its label says. */
  private static final Set<String> COMPARED =
      Set.of("clustering", "mass", "metric_loss", "triplet_sampling");

  private final String source;
  private final Map<String, Object> all;
  private final SequencedMap<String, List<Trial>> trials = new LinkedHashMap<>();

  /** The file's form. */
  private record Form(Map<String, Object> all, List<Entry> methods) {}

  private record Entry(List<String> names, List<List<Map<String, Object>>> axes) {}

  private Grid(String source, Form form, List<Variant> choosing) {
    this.source = source;
    all = form.all() == null ? Map.of() : form.all();
    Map<String, Variant> known = new LinkedHashMap<>();
    choosing.forEach(variant -> known.put(variant.id(), variant));
    requireFree(all);
    for (Entry entry : form.methods() == null ? List.<Entry>of() : form.methods()) {
      List<Trial> product = product(entry.axes());
      for (String name : entry.names() == null ? List.<String>of() : entry.names()) {
        Variant variant = known.get(name);
        if (variant == null) {
          String nearest = Spelling.nearest(name, known.keySet());
          throw wrong(
              "nothing called "
                  + name
                  + " has trials of its own"
                  + (nearest == null ? "" : ", did you mean " + nearest + "?")
                  + "; there are "
                  + String.join(", ", known.keySet()));
        }
        if (trials.put(name, product) != null) {
          throw wrong(name + " is listed twice");
        }
        product.forEach(trial -> requireValid(variant, trial));
      }
    }
    requireEqualNumbers();
  }

  /**
   * Reads a grid.
   *
   * @param name one of {@link #NAMES}, or a YAML file
   * @param choosing variants that may have trials
   * @throws InputException if there is no such grid, or it has unknown keys, names or options, or
   *     unequal numbers of trials
   */
  static Grid read(String name, List<Variant> choosing) throws IOException {
    byte[] text;
    if (NAMES.contains(name)) {
      try (InputStream in = Grid.class.getResourceAsStream("grids/" + name + ".yaml")) {
        if (in == null) {
          throw new IllegalStateException("the grid " + name + " is missing from the class path");
        }
        text = in.readAllBytes();
      }
    } else if (Files.isRegularFile(Path.of(name))) {
      text = Files.readAllBytes(Path.of(name));
    } else {
      throw new InputException(
          "there is no grid " + name + ": give a YAML file, or " + String.join(" or ", NAMES));
    }
    try {
      Form form =
          YAMLMapper.builder()
              .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
              .disable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
              .build()
              .readValue(text, new TypeReference<Form>() {});
      if (form == null) {
        throw new InputException("grid " + name + " is empty");
      }
      return new Grid(name, form, choosing);
    } catch (JacksonException e) {
      throw new InputException("grid " + name + ": " + e.getOriginalMessage(), e);
    }
  }

  /** The trials of all combinations, in the order of the first axis, then the second, …. */
  private List<Trial> product(List<List<Map<String, Object>>> axes) {
    List<Map<String, Object>> product = List.of(Map.of());
    for (List<Map<String, Object>> axis :
        axes == null ? List.<List<Map<String, Object>>>of() : axes) {
      List<Map<String, Object>> longer = new ArrayList<>();
      for (Map<String, Object> before : product) {
        for (Map<String, Object> entry : axis) {
          Map<String, Object> options = new LinkedHashMap<>(before);
          options.putAll(entry);
          longer.add(options);
        }
      }
      product = longer;
    }
    List<Trial> found = product.stream().map(Trial::new).toList();
    if (found.isEmpty() || found.stream().distinct().count() < found.size()) {
      throw wrong("the axes " + axes + " give no trials, or the same one twice");
    }
    return found;
  }

  private void requireValid(Variant variant, Trial trial) {
    for (String key : trial.options().keySet()) {
      if (variant.options().containsKey(key)) {
        throw wrong(key + " is what makes " + variant.id() + "; its trials cannot set it");
      }
    }
    requireFree(trial.options());
    try {
      TrainOptions.defaults(variant.method())
          .with(all)
          .with(variant.options())
          .with(trial.options());
    } catch (InputException e) {
      throw wrong(variant.id() + ": " + e.getMessage());
    }
  }

  private void requireFree(Map<String, Object> options) {
    for (String key : options.keySet()) {
      if (RESERVED.contains(key)) {
        throw wrong(key + " is the experiment's to set, not the grid's");
      }
      if (COMPARED.contains(key)) {
        throw wrong(key + " is what the experiment compares; the grid cannot set it");
      }
    }
  }

  private void requireEqualNumbers() {
    if (trials.isEmpty()) {
      throw wrong("it has no trials");
    }
    int first = trials.firstEntry().getValue().size();
    trials.forEach((name, own) -> {
      if (own.size() != first) {
        throw wrong(
            name
                + " has "
                + own.size()
                + " trials and "
                + trials.firstEntry().getKey()
                + " has "
                + first
                + "; give every method as many, so that none is better tuned");
      }
    });
  }

  private InputException wrong(String what) {
    return new InputException("grid " + source + ": " + what);
  }

  /** Name or file. */
  String source() {
    return source;
  }

  /** Options of every training. */
  Map<String, Object> all() {
    return all;
  }

  /** Whether a variant has trials. */
  boolean has(String variant) {
    return trials.containsKey(variant);
  }

  /** The trials of a variant. */
  List<Trial> trials(String variant) {
    List<Trial> own = trials.get(variant);
    if (own == null) {
      throw wrong("there are no trials for " + variant);
    }
    return own;
  }

  /** A number that all trials of a variant agree on; null if they vary it, or there are none. */
  @Nullable Integer settled(Variant variant, String key) {
    if (!has(variant.id())) {
      return null;
    }
    List<Object> values =
        trials(variant.id()).stream()
            .map(trial ->
                TrainOptions.defaults(variant.method())
                    .with(all)
                    .with(trial.options())
                    .asMap()
                    .getOrDefault(key, ""))
            .distinct()
            .toList();
    return values.size() == 1 && values.getFirst() instanceof Integer number ? number : null;
  }

  /** All of it, for the record. */
  Map<String, Object> asMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("source", source);
    map.put("all", all);
    Map<String, Object> methods = new LinkedHashMap<>();
    trials.forEach((name, own) -> methods.put(name, own.stream().map(Trial::options).toList()));
    map.put("trials", methods);
    return map;
  }

  /** How many trials each variant has. */
  int size() {
    return trials.firstEntry().getValue().size();
  }
}
