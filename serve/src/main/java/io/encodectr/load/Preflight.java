package io.encodectr.load;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a first request tells about the service.
 *
 * @param model fingerprint of its model, "" if it does not say
 * @param generation id of its generation, "" if it does not say
 * @param scores how many scores the first answer had
 * @param knownItems share of the candidates that the model knows
 * @param requestBytes size of the first request, its head included
 * @param answerBytes size of the first answer's body
 */
public record Preflight(
    String model,
    String generation,
    int scores,
    double knownItems,
    long requestBytes,
    long answerBytes) {
  private static final int LARGEST = 64 << 20;
  private static final int LONGEST_WORDS = 300;

  /**
   * Asks whether the service is ready, then for one list of scores, and reads the answer whole.
   *
   * @throws InputException if nobody listens, the service is not ready, or it refuses the request
   */
  static Preflight of(Endpoint endpoint, Workload workload, int timeoutMs) throws IOException {
    try (HttpConnection connection = HttpConnection.open(endpoint, timeoutMs, LARGEST)) {
      byte[] ready = endpoint.get("/health/ready");
      Answer readiness = connection.exchange(ready, ready.length);
      if (readiness.status() == 503) {
        throw new InputException(
            endpoint + " is not ready, try again later; it says " + words(readiness));
      }
    } catch (IOException e) {
      throw new InputException(
          endpoint + " cannot be reached (" + e.getMessage() + "); is the service running there?",
          e);
    }
    RequestBuffer request = new RequestBuffer();
    workload.write(workload.nextScore(), endpoint, request);
    try (HttpConnection connection = HttpConnection.open(endpoint, timeoutMs, LARGEST)) {
      Answer answer = connection.exchange(request.bytes(), request.size());
      return switch (answer.status()) {
        case 200 -> of(endpoint, request, answer);
        case 401, 403 ->
            throw new InputException(
                endpoint
                    + " wants a token: name its file by --token-file; it says "
                    + words(answer));
        case 404 ->
            throw new InputException(
                endpoint + " has no /v1/score; give the address of 'encode serve' as --url");
        case 413, 422 ->
            throw new InputException(
                endpoint
                    + " does not take such a request, try fewer --candidates; it says "
                    + words(answer));
        default ->
            throw new InputException(
                "%s answers the first request with status %d, %s"
                    .formatted(endpoint, answer.status(), words(answer)));
      };
    }
  }

  private static Preflight of(Endpoint endpoint, RequestBuffer request, Answer answer) {
    AnswerHead head = AnswerHead.of(answer.kept(), answer.keptBytes());
    JsonNode scores;
    try {
      scores = JsonMapper.shared().readTree(answer.kept(), 0, answer.keptBytes()).path("scores");
    } catch (JacksonException e) {
      throw new InputException(
          endpoint + " answers a score request with no JSON; is it 'encode serve'?", e);
    }
    int known = 0;
    for (JsonNode score : scores) {
      known += score.path("known").asBoolean(true) ? 1 : 0;
    }
    return new Preflight(
        head.model(),
        head.generation(),
        scores.size(),
        scores.isEmpty() ? 0 : (double) known / scores.size(),
        request.size(),
        answer.bytes());
  }

  private static String words(Answer answer) {
    String text = new String(answer.kept(), 0, answer.keptBytes(), StandardCharsets.UTF_8).strip();
    return "\""
        + (text.length() > LONGEST_WORDS ? text.substring(0, LONGEST_WORDS) + "…" : text)
        + "\"";
  }
}
