package io.encodectr.cli;

import io.encodectr.file.Json;
import io.encodectr.redis.SharedStores;
import io.encodectr.scoring.Explanation;
import io.encodectr.scoring.Explanation.Behavior;
import io.encodectr.scoring.Explanation.Candidate;
import io.encodectr.scoring.Explanation.Interest;
import io.encodectr.scoring.Explanation.Member;
import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.ScoringOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.core.type.TypeReference;

/** {@code encode explain}. */
@Command(
    name = "explain",
    description = {
      "Tells why candidates score as they do for a user.",
      "",
      "With --json: the interests (vectors, masses, and of each the at most 8 heaviest member items"
          + " with the sum of their behaviors' in-cluster weights; a mass counts all behaviors),"
          + " each candidate's attention over interests and real-time behaviors, the tower's input,"
          + " logit and probability. Without: the same in words, without vectors."
    })
final class ExplainCommand implements Callable<Integer> {
  private static final int SHOWN_MEMBERS = 4;
  private static final int SHOWN_WEIGHTS = 5;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private RequestOptions request = new RequestOptions();

  @Override
  public Integer call() throws IOException {
    Explanation explanation;
    try (SharedStores stores = SharedStores.patient();
        Scorer scorer = request.open(stores, ScoringOptions.DEFAULT)) {
      explanation = scorer.explain(request.user(), request.items(), request.context());
    }
    if (common.json()) {
      common
          .printer()
          .print(
              Json.mapper().convertValue(explanation, new TypeReference<Map<String, Object>>() {}));
    } else {
      common.printer().print(inWords(explanation));
    }
    return Encode.DONE;
  }

  private static Map<String, Object> inWords(Explanation explanation) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("user", explanation.user());
    result.put("known", explanation.known());
    result.put("method", explanation.method());
    result.put("as_of", PointInTime.text(explanation.asOf()));
    result.put("time", PointInTime.text(explanation.time()));
    result.put("behaviors", explanation.behaviors());
    result.put("represented", explanation.represented());
    result.put("real_time_behaviors", explanation.recent().size());
    result.put("interests", interests(explanation.interests()));
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Candidate candidate : explanation.candidates()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("item", called(candidate.item(), candidate.name()));
      row.put("known", candidate.known());
      row.put("probability", candidate.probability());
      row.put("logit", candidate.logit());
      row.put("interests_attended", heaviest(candidate.interestAttention(), k -> "#" + (k + 1)));
      row.put(
          "real_time_attended",
          heaviest(candidate.recentAttention(), i -> called(explanation.recent().get(i))));
      rows.add(row);
    }
    result.put("candidates", rows);
    return result;
  }

  private static List<Map<String, Object>> interests(List<Interest> interests) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int k = 0; k < interests.size(); k++) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("interest", "#" + (k + 1));
      row.put("behaviors", interests.get(k).mass());
      row.put(
          "heaviest_members",
          interests.get(k).members().stream()
              .limit(SHOWN_MEMBERS)
              .map(ExplainCommand::called)
              .collect(Collectors.joining("; ")));
      rows.add(row);
    }
    return rows;
  }

  private static String called(Member member) {
    return called(member.item(), member.name()) + " " + percent(member.weight());
  }

  private static String called(Behavior behavior) {
    return called(behavior.item(), behavior.name());
  }

  private static String called(String id, @Nullable String name) {
    return name == null ? id : name + " (" + id + ")";
  }

  private static String percent(float share) {
    return String.format(Locale.ROOT, "%.0f%%", 100 * share);
  }

  private static String heaviest(List<Float> weights, java.util.function.IntFunction<String> name) {
    return IntStream.range(0, weights.size())
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -weights.get(i)))
        .limit(SHOWN_WEIGHTS)
        .map(i -> name.apply(i) + " " + percent(weights.get(i)))
        .collect(Collectors.joining("; "));
  }
}
