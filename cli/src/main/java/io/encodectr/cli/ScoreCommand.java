package io.encodectr.cli;

import io.encodectr.file.InputException;
import io.encodectr.model.Model;
import io.encodectr.redis.SharedStores;
import io.encodectr.scoring.Probability;
import io.encodectr.scoring.ScoreContext;
import io.encodectr.scoring.Scorer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code encode score}. */
@Command(
    name = "score",
    description = "Scores candidates for a user from a model and stored interests.")
final class ScoreCommand implements Callable<Integer> {
  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private RequestOptions request = new RequestOptions();
  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Prints the N best, best first (default: all, in the order given).")
  private @Nullable Integer top;

  @Override
  public Integer call() throws IOException {
    if (top != null && top < 1) {
      throw new InputException("--top must be at least 1, not " + top);
    }
    List<String> items = request.items();
    ScoreContext context = request.context();
    try (SharedStores stores = SharedStores.patient();
        Scorer scorer = request.open(stores, arithmetic.scoring())) {
      float[] logits = scorer.logits(request.user(), items, context);
      boolean known = scorer.generation().find(request.user()) != null;
      List<Map<String, Object>> rows = new ArrayList<>();
      for (int i : order(logits)) {
        rows.add(row(scorer.model().model(), items.get(i), logits[i]));
      }
      long asOf = scorer.generation().manifest().asOf();
      Long time = context.time();
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("user", request.user());
      result.put("known", known);
      result.put("as_of", common.json() ? asOf : PointInTime.text(asOf));
      long at = time == null ? asOf : time;
      result.put("time", common.json() ? at : PointInTime.text(at));
      result.put("items", rows);
      common.printer().print(result);
    }
    return Encode.DONE;
  }

  private int[] order(float[] logits) {
    if (top == null) {
      return IntStream.range(0, logits.length).toArray();
    }
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -logits[i]))
        .limit(top)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static Map<String, Object> row(Model model, String item, float logit) {
    int index = model.itemIds().indexOf(item);
    String name = index < 0 ? null : model.itemName(index);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("item", item);
    if (name != null) {
      row.put("name", name);
    }
    row.put("known", index >= 0);
    row.put("probability", Probability.of(logit));
    row.put("logit", logit);
    return row;
  }
}
