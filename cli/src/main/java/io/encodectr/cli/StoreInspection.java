package io.encodectr.cli;

import io.encodectr.file.InputException;
import io.encodectr.generation.Generation;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says what a store or one generation of interests holds. */
final class StoreInspection {
  private StoreInspection() {}

  /**
   * Inspects a store: its generations, and which of them is in use.
   *
   * @param check whether every record of every generation is to be checked
   */
  static Inspection of(Path folder, boolean check) throws IOException {
    Store store = Store.open(folder);
    String current = current(store, check);
    List<Map<String, Object>> rows = new ArrayList<>();
    String inUse = current.equals("none") ? " None of them is in use." : "";
    for (String id : store.ids()) {
      try (Generation generation = Generation.open(store.generation(id))) {
        if (check) {
          generation.verify();
        }
        GenerationManifest manifest = generation.manifest();
        var row = new LinkedHashMap<String, Object>();
        row.put("generation", id);
        row.put("in_use", id.equals(current));
        row.put("method", manifest.method());
        row.put("users", manifest.users());
        row.put("interests", manifest.interests());
        row.put("precision", generation.precision().label());
        row.put("as_of", Inspection.date(manifest.asOf()));
        row.put("bytes", manifest.bytes());
        row.put("model_fingerprint", manifest.modelFingerprint());
        rows.add(row);
        if (id.equals(current)) {
          inUse =
              " The one in use has the interests of %s users as of %s."
                  .formatted(Inspection.count(manifest.users()), Inspection.date(manifest.asOf()));
        }
      }
    }
    var facts = new LinkedHashMap<String, Object>();
    facts.put("kind", "store");
    facts.put("current", current);
    facts.put("forgotten", store.tombstones().times().size());
    facts.put("generations", rows);
    String sentence = "A store of %s generations.%s".formatted(rows.size(), inUse);
    return new Inspection(
        rows.size() == 1 ? "A store of one generation." + inUse : sentence, facts);
  }

  /** A store is inspected above all when something is wrong with it, such as no one in use. */
  private static String current(Store store, boolean check) {
    try {
      return store.current();
    } catch (InputException e) {
      if (check) {
        throw e;
      }
      return "none";
    }
  }

  /**
   * Inspects one generation.
   *
   * @param check whether every record is to be checked
   */
  static Inspection ofGeneration(Path folder, boolean check) throws IOException {
    try (Generation generation = Generation.open(folder)) {
      if (check) {
        generation.verify();
      }
      GenerationManifest manifest = generation.manifest();
      var facts = new LinkedHashMap<String, Object>();
      facts.put("kind", manifest.kind());
      facts.put("format", manifest.format());
      facts.put("method", manifest.method());
      facts.put("model_fingerprint", manifest.modelFingerprint());
      facts.put("dataset_fingerprint", manifest.datasetFingerprint());
      facts.put("created_by", manifest.createdBy());
      facts.put("as_of", Inspection.date(manifest.asOf()));
      facts.put("log_end", Inspection.date(manifest.representedUntil()));
      if (manifest.eventsThrough() != null) {
        facts.put("events_through", manifest.eventsThrough());
      }
      if (manifest.erased() != null) {
        facts.put("erased", manifest.erased());
      }
      facts.put("users", manifest.users());
      facts.put("users_without_history", manifest.usersWithoutHistory());
      facts.put("interests", manifest.interests());
      facts.put(
          "interests_per_user",
          Inspection.share(
              manifest.interests(), manifest.users() - manifest.usersWithoutHistory()));
      facts.put("dimension", generation.dimension());
      facts.put("precision", generation.precision().label());
      facts.put("items", manifest.items());
      facts.put("bytes", manifest.bytes());
      facts.put("checksum", manifest.checksum());
      String sentence =
          "A generation of interests: %s interests of %s users, from behaviors before %s."
              .formatted(
                  Inspection.count(manifest.interests()),
                  Inspection.count(manifest.users()),
                  Inspection.date(manifest.asOf()));
      return new Inspection(sentence, facts);
    }
  }
}
