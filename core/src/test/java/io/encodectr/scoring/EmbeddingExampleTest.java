package io.encodectr.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in the documentation works, and is the one that is compiled here. */
class EmbeddingExampleTest {
  private static final String SOURCE =
      "core/src/test/java/io/encodectr/scoring/EmbeddingExample.java";
  @TempDir private Path folder;

  @Test
  void ranksByTheScoresOfTheScorer() throws IOException {
    Path path = folder.resolve("model");
    Path store = folder.resolve("store");
    long now;
    try (Dataset dataset = DatasetFixture.random(5, 20, 60, 80).open(folder.resolve("data"))) {
      now = dataset.test().time(0);
      ModelFixture.write(path, "encode", dataset, 3);
      ScoringModel model = ScoringModel.of(Model.load(path));
      new ExtractionJob(
              dataset,
              model.model(),
              model.items().table(),
              store,
              new ExtractionJob.Options(now, 2, false, 0))
          .run(Progress.NONE);
    }
    List<String> items = List.of("i3", "i1", "i4", "i15", "i9", "i26");
    List<String> best = EmbeddingExample.bestOf(path, store, "u3", items, now);
    assertThat(best).containsExactlyInAnyOrderElementsOf(items);
    UserEvents clicked = new UserEvents(List.of("i3"), new long[] {now - 60}, false);
    try (Scorer scorer = Scorer.open(path, store)) {
      float[] scores = scorer.score("u3", best, ScoreContext.at(now), clicked);
      for (int i = 1; i < scores.length; i++) {
        assertThat(scores[i]).isLessThanOrEqualTo(scores[i - 1]);
      }
    }
  }

  @Test
  void theDocumentationShowsWhatIsCompiled() throws IOException {
    Path root = Path.of(System.getProperty("encode.root"));
    String source = Files.readString(root.resolve(SOURCE));
    String compiled =
        between(source, "// embedding begins\n", "  // embedding ends").indent(-2).strip();
    String shown =
        between(
            Files.readString(root.resolve("docs/serving.md")),
            "<!-- embedding begins -->\n```java\n",
            "```\n<!-- embedding ends -->");
    assertThat(shown.strip()).isEqualTo(compiled);
  }

  private static String between(String text, String begin, String end) {
    int from = text.indexOf(begin) + begin.length();
    assertThat(text.indexOf(begin)).as(begin).isPositive();
    return text.substring(from, text.indexOf(end, from));
  }
}
