package io.encodectr.experiment;

import io.encodectr.file.InputException;
import io.encodectr.file.Spelling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.Predicate;

/**
 * What an experiment compares: sections of rows. A variant that stands in several sections is
 * trained once.
 *
 * @param name {@code paper}, {@code k-sweep}, …
 */
record ExperimentPlan(String name, List<Section> sections) {
  /** The full-attention model that relevance is measured against. */
  static final String IDEAL = "din-l";

  ExperimentPlan {
    sections = List.copyOf(sections);
  }

  /** All variants once, in the order of training: DIN-L first, since the others are held to it. */
  List<Variant> variants() {
    Map<String, Variant> byId = new LinkedHashMap<>();
    for (Section section : sections) {
      for (Row row : section.rows()) {
        Variant before = byId.putIfAbsent(row.variant().id(), row.variant());
        if (before != null && !before.options().equals(row.variant().options())) {
          throw new IllegalStateException("two variants are called " + before.id());
        }
      }
    }
    List<Variant> ordered = new ArrayList<>(byId.values());
    ordered.sort(
        Comparator.comparingInt(variant ->
            variant.id().equals(IDEAL) ? 0 : variant.id().equals(PaperPlan.ENCODE.id()) ? 1 : 2));
    return ordered;
  }

  /** Whether it holds a variant. */
  boolean has(String variant) {
    return variants().stream().anyMatch(each -> each.id().equals(variant));
  }

  /** Ids of the variants whose trials choose hyper-parameters, for themselves or for others. */
  SequencedSet<String> choices() {
    SequencedSet<String> choices = new LinkedHashSet<>();
    variants().forEach(variant -> choices.add(variant.choice()));
    return choices;
  }

  /** Ids of the variants whose inference time is measured, in the order of their rows. */
  List<String> timed() {
    return sections.stream()
        .filter(Section::timed)
        .flatMap(section -> section.rows().stream())
        .map(row -> row.variant().id())
        .distinct()
        .toList();
  }

  /**
   * Some of the sections.
   *
   * @throws InputException for an id that is not in the plan
   */
  ExperimentPlan only(Collection<String> ids) {
    List<String> known = sections.stream().map(Section::id).toList();
    for (String id : ids) {
      if (!known.contains(id)) {
        String nearest = Spelling.nearest(id, known);
        throw new InputException(
            "experiment "
                + name
                + " has no section "
                + id
                + (nearest == null ? "" : ", did you mean " + nearest + "?")
                + "; it has "
                + String.join(", ", known));
      }
    }
    return new ExperimentPlan(
        name, sections.stream().filter(section -> ids.contains(section.id())).toList());
  }

  /** The rows whose choice can be made; sections without any are left out. */
  ExperimentPlan choosing(Predicate<String> choices) {
    return new ExperimentPlan(
        name,
        sections.stream()
            .map(section ->
                section.with(
                    section.rows().stream()
                        .filter(row -> choices.test(row.variant().choice()))
                        .toList()))
            .filter(section -> !section.rows().isEmpty())
            .toList());
  }
}
