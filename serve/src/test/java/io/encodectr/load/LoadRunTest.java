package io.encodectr.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import io.encodectr.file.WorkFolder;
import io.encodectr.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LoadRunTest {
  private static final LoadRun.Options QUICK = new LoadRun.Options(0.5, 0.2, 200, 20_000, 1);

  @TempDir private Path folder;

  private static Workload workload() {
    WeightedIds ids =
        new WeightedIds(
            IntStream.range(0, 10).mapToObj(i -> "<b>" + i).toList(),
            LongStream.rangeClosed(1, 10).toArray());
    return Workload.prepare(
        new Population("<script>alert(1)</script>", ids, ids), new Workload.Options(20, 0, 0, 1));
  }

  private static LoadReport report(List<Double> rates) throws IOException {
    try (StubService service = StubService.start(20)) {
      Endpoint endpoint = Endpoint.of(service.url(), null, null, null);
      return new LoadRun(endpoint, workload(), QUICK, new Limits(1e7, 0.01))
          .atRates(rates, Progress.NONE);
    }
  }

  @Test
  void aRunIsWrittenWhole() throws IOException {
    LoadReport report = report(List.of(60.0, 30.0));
    Path out = folder.resolve("out");
    try (WorkFolder work = LoadFolder.begin(out, false)) {
      assertThat(out).doesNotExist();
      LoadFolder.write(work, report);
    }
    JsonNode json = JsonMapper.shared().readTree(Files.readAllBytes(out.resolve("load.json")));
    assertThat(json.get("kind").asString()).isEqualTo("load");
    assertThat(json.get("service").get("model").asString()).isEqualTo("stub");
    assertThat(json.get("service").get("known_items").asDouble()).isEqualTo(1);
    assertThat(json.get("steps")).hasSize(2);
    JsonNode result = json.get("steps").get(0).get("result");
    assertThat(result.get("rate").asDouble()).isEqualTo(60);
    assertThat(result.get("scores").get("p99_ms").asDouble()).isPositive();
    assertThat(result.get("scores").get("p999_ms").isNull()).as("of so few").isTrue();
    assertThat(result.get("ok").asLong())
        .isPositive()
        .isEqualTo(result.get("requests").asLong())
        .isEqualTo(result.get("details").get("pairs").get("stub/1").asLong());
    assertThat(json.get("warnings").toString()).contains("10 items only");

    List<String> steps = Files.readAllLines(out.resolve("steps.csv"));
    assertThat(steps).hasSize(3);
    List<String> columns = Arrays.asList(steps.get(0).split(","));
    String[] first = steps.get(1).split(",");
    assertThat(first).hasSameSizeAs(columns);
    assertThat(first[columns.indexOf("p99_ms")]).isNotEmpty();
    assertThat(first[columns.indexOf("p999_ms")]).isEmpty();
    assertThat(first[columns.indexOf("rate")]).isEqualTo("60");
    assertThat(first[columns.indexOf("ok")]).isEqualTo(result.get("ok").asString());
    assertThat(first[columns.indexOf("held")]).isEqualTo("true");
    assertThat(Files.readAllLines(out.resolve("seconds.csv"))).hasSize(3);
    assertThat(Files.readAllLines(out.resolve("percentiles.csv")).get(1)).startsWith("1,60,0,");

    String page = Files.readString(out.resolve(LoadFolder.PAGE));
    assertThat(page)
        .contains("&lt;script&gt;alert(1)")
        .contains("default-src 'none'")
        .doesNotContain("<script")
        .doesNotContain("style=")
        .doesNotContain("http-equiv=\"refresh\"");
    assertThatThrownBy(() -> LoadFolder.begin(out, false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--overwrite");
  }

  @Test
  void theKneeIsWhereTheServiceRefuses() throws IOException {
    // From the 700th request on it refuses everything.
    try (RawService service =
        new RawService((number, request, out) -> {
          RawService.write(out, number < 700 ? 200 : 429, "{\"scores\":[]}");
          return true;
        })) {
      LoadReport report =
          new LoadRun(service.endpoint(), workload(), QUICK, new Limits(1e7, 0.01))
              .knee(new KneeSearch(200, 5000, 2, 0), Progress.NONE);
      assertThat(report.knee()).isNotNull();
      assertThat(report.steps().getFirst().broken()).isNull();
      LoadReport.Measured highest = report.steps().get(report.steps().size() - 2);
      assertThat(highest.broken()).contains("failed");
      assertThat(report.knee().broken()).isEqualTo(highest.result().rate());
      assertThat(report.knee().held()).isEqualTo(report.knee().broken() / 2);
      LoadReport.Measured last = report.steps().getLast();
      assertThat(last.result().rate()).isEqualTo(report.knee().held());
      assertThat(report.atKnee()).isEqualTo(last);
      assertThat(last.broken()).as("nothing is answered any more").isEqualTo("100.0% failed");
      assertThat(report.warnings().getFirst()).contains("did not hold when it was measured once");
      assertThat(report.warnings().toString()).contains("had 0 scores, 20 were asked for");
      assertThat(LoadPage.of(report))
          .contains("knee")
          .contains("class=\"broken\"")
          .contains("Measured once more at that rate: no good answer; 100% failed");
    }
  }

  @Test
  void failuresAreToldWhereOneLooks() throws Exception {
    // The first four requests are those of the preflight and of a little luck.
    for (int good : List.of(4, 1)) {
      try (RawService service =
          new RawService((number, request, out) -> {
            RawService.write(out, number <= good ? 200 : 429, "{\"scores\":[]}");
            return true;
          })) {
        LoadReport report =
            new LoadRun(
                    service.endpoint(),
                    workload(),
                    new LoadRun.Options(0.5, 0, 200, 20_000, 1),
                    new Limits(1e7, 0.01))
                .atRates(List.of(60.0), Progress.NONE);
        Step.Result result = report.steps().getFirst().result();
        assertThat(result.ok()).isEqualTo(good - 1);
        assertThat(report.hasGoodAnswers()).isEqualTo(good > 1);
        assertThat(report.warnings().getFirst())
            .contains("requests failed in 1 of 1 steps, at worst at 60/s")
            .contains("429=" + result.refused());
        String page = LoadPage.of(report);
        if (good > 1) {
          assertThat(page)
              .containsPattern("<h1>60 requests/s: half within .* that were answered; ");
          assertThat(page).containsPattern("<h1>.* \\d\\d% failed</h1>");
        } else {
          assertThat(page).contains("<h1>60 requests/s: no good answer; 100% failed</h1>");
          assertThat(page).contains("<td>–</td><td>–</td><td>–</td><td>–</td><td>–</td>");
        }
      }
    }
  }

  @Test
  void requestsThatWereSentAgainAreTold() throws IOException {
    try (RawService service =
        new RawService((number, request, out) -> {
          RawService.write(out, 200, "{\"scores\":[]}");
          return false;
        })) {
      LoadReport report =
          new LoadRun(service.endpoint(), workload(), QUICK, new Limits(1e7, 0.01))
              .atRates(List.of(60.0), Progress.NONE);
      assertThat(report.steps().getFirst().broken()).isNull();
      assertThat(report.warnings().toString()).contains("ended connections before it answered");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401, wants a token",
    "404, has no /v1/score",
    "413, fewer --candidates",
    "422, fewer --candidates",
    "429, under load already",
    "504, longer --deadline-ms",
    "500, status 500",
    "200, no JSON"
  })
  void aServiceThatRefusesTheFirstRequestIsSaid(int status, String words) throws IOException {
    try (RawService service =
        new RawService((number, request, out) -> {
          RawService.write(out, number == 0 ? 404 : status, "what \"it\" says");
          return true;
        })) {
      LoadRun run = new LoadRun(service.endpoint(), workload(), QUICK, new Limits(50, 0.01));
      assertThatThrownBy(() -> run.atRates(List.of(1.0), Progress.NONE))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(words);
    }
  }

  @Test
  void aColdServiceIsAskedAgain() throws IOException {
    try (RawService service =
        new RawService((number, request, out) -> {
          RawService.write(out, number < 3 ? 504 : 200, "{\"scores\":[]}");
          return true;
        })) {
      Preflight found = Preflight.of(service.endpoint(), workload(), 20_000);
      assertThat(found.scores()).isZero();
    }
  }

  @Test
  void aServiceThatSaysNothingIsSaid() throws IOException {
    try (RawService service =
        new RawService((number, request, out) -> {
          Thread.sleep(60_000);
          return false;
        })) {
      assertThatThrownBy(() -> Preflight.of(service.endpoint(), workload(), 200))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("does not answer within 200 ms");
    }
  }

  @Test
  void aServiceThatIsNotThereOrNotReadyIsSaid() throws IOException {
    Endpoint gone;
    try (RawService service =
        new RawService((number, request, out) -> {
          RawService.write(out, 503, "{\"warm_up\":\"running\"}");
          return true;
        })) {
      gone = service.endpoint();
      LoadRun run = new LoadRun(gone, workload(), QUICK, new Limits(50, 0.01));
      assertThatThrownBy(() -> run.atRates(List.of(1.0), Progress.NONE))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("not ready")
          .hasMessageContaining("warm_up");
    }
    LoadRun run = new LoadRun(gone, workload(), QUICK, new Limits(50, 0.01));
    assertThatThrownBy(() -> run.atRates(List.of(1.0), Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot be reached");
    assertThatThrownBy(() -> run.atRates(List.of(0.0), Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--rate");
  }
}
