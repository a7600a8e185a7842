package io.encodectr.http;

import io.encodectr.service.Deadline;
import io.encodectr.service.ScoreAnswer;
import io.encodectr.service.ScoreQuery;
import io.encodectr.service.ScoringService;
import io.encodectr.service.ServiceMetrics;
import io.encodectr.service.ServiceMetrics.Stage;
import io.encodectr.service.ServiceTime;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Scores. */
final class ScoreRoutes implements HttpService {
  private static final HeaderName DEADLINE = HeaderNames.create("X-Deadline-Ms");
  private static final Pattern MILLISECONDS = Pattern.compile("[1-9][0-9]{0,5}");

  private final ScoringService service;
  private final ServiceMetrics metrics;
  private final BodyReader bodies;
  private final ServiceTime usual = new ServiceTime();
  private final AnswerBuffers buffers = new AnswerBuffers();
  private final Limits limits;

  ScoreRoutes(ScoringService service, BodyReader bodies, Limits limits) {
    this.service = service;
    this.bodies = bodies;
    this.limits = limits;
    metrics = service.metrics();
  }

  @Override
  public void routing(HttpRules rules) {
    rules.post("/v1/score", this::score);
  }

  private void score(ServerRequest request, ServerResponse response) throws Exception {
    long start = System.nanoTime();
    Deadline deadline = deadline(request, start);
    JsonBytes answer;
    try (BodyReader.Body body = bodies.read(request)) {
      long read = metrics.stage(Stage.READ, start);
      answer = service.admission().run(usual, deadline, () -> answer(body, deadline, read));
    }
    Answers.json(response, answer.array(), answer.length());
    buffers.giveBack(answer);
  }

  private JsonBytes answer(BodyReader.Body body, Deadline deadline, long read) {
    long begun = metrics.stage(Stage.QUEUE, read);
    ScoreQuery query = ScoreBody.read(body.bytes(), body.length(), limits);
    metrics.stage(Stage.PARSE, begun);
    ScoreAnswer answer = service.score(query, deadline);
    long scored = System.nanoTime();
    JsonBytes json = buffers.take();
    ScoreText.write(answer, json);
    metrics.stage(Stage.WRITE, scored);
    return json;
  }

  /** The deadline of a request, counted from its arrival. */
  private static Deadline deadline(ServerRequest request, long start) {
    Optional<String> header = request.headers().value(DEADLINE);
    if (header.isEmpty()) {
      return Deadline.NONE;
    }
    String text = header.get().strip();
    if (!MILLISECONDS.matcher(text).matches()) {
      throw new Problem(400, "X-Deadline-Ms must be a whole number from 1 to 999999");
    }
    return Deadline.after(start, Duration.ofMillis(Long.parseLong(text)));
  }
}
