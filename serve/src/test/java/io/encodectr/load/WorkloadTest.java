package io.encodectr.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WorkloadTest {
  private static final Population POPULATION =
      new Population("a test", ids("user \"\u00e9\" ", 20), ids("item/", 50));

  private static WeightedIds ids(String prefix, int count) {
    return new WeightedIds(
        IntStream.range(0, count).mapToObj(i -> prefix + i).toList(),
        IntStream.range(0, count).mapToLong(i -> 1 + 100 / (i + 1)).toArray());
  }

  private static Workload workload(int candidates, int top, double eventsShare, long seed) {
    return Workload.prepare(POPULATION, new Workload.Options(candidates, top, eventsShare, seed));
  }

  private static String request(Workload workload, Call call, Integer deadlineMs)
      throws IOException {
    RequestBuffer buffer = new RequestBuffer();
    Endpoint endpoint = Endpoint.of("http://127.0.0.1:81/shop/", null, null, deadlineMs);
    workload.write(call, endpoint, buffer);
    return new String(buffer.bytes(), 0, buffer.size(), StandardCharsets.UTF_8);
  }

  private static JsonNode body(String request) {
    int end = request.indexOf("\r\n\r\n") + 4;
    String body = request.substring(end);
    assertThat(request)
        .containsOnlyOnce(
            "\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n");
    return JsonMapper.shared().readTree(body);
  }

  @Test
  void aScoreRequestIsWholeHttp() throws IOException {
    Workload workload = workload(30, 0, 0, 1);
    String request = request(workload, workload.next(), 25);
    assertThat(request)
        .startsWith("POST /shop/v1/score HTTP/1.1\r\nHost: 127.0.0.1:81\r\n")
        .contains("\r\nContent-Type: application/json\r\n")
        .contains("\r\nX-Deadline-Ms: 25\r\n");
    JsonNode body = body(request);
    assertThat(body.get("user").asString()).startsWith("user \"\u00e9\" ");
    Set<String> items = new HashSet<>();
    body.get("items").forEach(item -> items.add(item.asString()));
    assertThat(items).hasSize(30).allMatch(item -> item.startsWith("item/"));
    assertThat(body.propertyNames()).containsExactly("user", "items");
    assertThat(workload.answeredItems()).isEqualTo(30);
  }

  @Test
  void moreCandidatesThanItemsRepeatAndTopIsAsked() throws IOException {
    Workload workload = workload(120, 7, 0, 1);
    JsonNode body = body(request(workload, workload.next(), null));
    assertThat(body.get("items")).hasSize(120);
    assertThat(body.get("top_n").asInt()).isEqualTo(7);
    assertThat(workload.answeredItems()).isEqualTo(7);
  }

  @Test
  void eventsHaveTheirShareAndIdsOfTheirOwn() throws IOException {
    Workload workload = workload(5, 0, 0.25, 2);
    int events = 0;
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 4000; i++) {
      Call call = workload.next();
      if (call.event()) {
        String request = request(workload, call, 25);
        assertThat(request).startsWith("POST /shop/v1/events ").doesNotContain("X-Deadline");
        JsonNode event = body(request);
        ids.add(event.get("event_id").asString());
        assertThat(event.get("item").asString()).startsWith("item/");
        assertThat(event.get("user").asString()).startsWith("user ");
        assertThat(event.get("time").asLong()).isGreaterThan(1_600_000_000L);
        events++;
      }
    }
    assertThat(events / 4000.0).isCloseTo(0.25, within(0.03));
    assertThat(ids).hasSize(events);
  }

  @Test
  void sameSeedSameRequests() throws IOException {
    assertThat(requests(3)).isEqualTo(requests(3)).isNotEqualTo(requests(4));
  }

  private static List<String> requests(long seed) throws IOException {
    Workload workload = workload(20, 0, 0, seed);
    List<String> requests = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      requests.add(request(workload, workload.next(), null));
    }
    return requests;
  }

  @Test
  void wrongOptionsAreRefused() {
    refused("--candidates 0", () -> workload(0, 0, 0, 1));
    refused("--top -1", () -> workload(5, -1, 0, 1));
    refused("--events-share 1.5", () -> workload(5, 0, 1.5, 1));
    refused("--events-share NaN", () -> workload(5, 0, Double.NaN, 1));
    refused("ftp://h", () -> Endpoint.of("ftp://h", null, null, null));
    refused("localhost:8080", () -> Endpoint.of("localhost:8080", null, null, null));
    refused("http://h/?a", () -> Endpoint.of("http://h/?a", null, null, null));
    refused("no address", () -> Endpoint.of("http://a b", null, null, null));
    refused("--deadline-ms 0", () -> Endpoint.of("http://127.0.0.1", null, null, 0));
  }

  private interface Attempt {
    Object run() throws IOException;
  }

  private static void refused(String words, Attempt attempt) {
    assertThatThrownBy(attempt::run).isInstanceOf(InputException.class).hasMessageContaining(words);
  }
}
