package io.encodectr.load;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.io.InterruptedIOException;
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
  private static final int ATTEMPTS = 5;
  private static final long PAUSE = 200_000_000L;
  private static final int LONGEST_WORDS = 300;

  /**
   * Asks whether the service is ready, then for one list of scores, and reads the answer whole. A
   * service that is busy, or misses its deadline while it is still cold, is asked again.
   *
   * @throws InputException if nobody listens or answers, the service is not ready, or it refuses
   *     the request
   */
  static Preflight of(Endpoint endpoint, Workload workload, int timeoutMs) throws IOException {
    RequestBuffer request = new RequestBuffer();
    workload.write(workload.nextScore(), endpoint, request);
    byte[] ready = endpoint.get("/health/ready");
    Answer answer = ask(endpoint, ready, ready.length, timeoutMs);
    if (answer.status() == 503) {
      throw new InputException(
          endpoint + " is not ready, try again later; it says " + words(answer));
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      answer = ask(endpoint, request.bytes(), request.size(), timeoutMs);
      if (answer.status() != 429 && answer.status() != 503 && answer.status() != 504) {
        break;
      }
      OpenLoop.sleepUntil(System.nanoTime() + PAUSE);
    }
    return of(endpoint, request, answer);
  }

  private static Answer ask(Endpoint endpoint, byte[] request, int size, int timeoutMs)
      throws IOException {
    try (HttpConnection connection = HttpConnection.open(endpoint, timeoutMs, LARGEST)) {
      connection.limitSilence(timeoutMs);
      return connection.exchange(request, size);
    } catch (InterruptedIOException e) {
      throw new InputException(
          endpoint + " does not answer within " + timeoutMs + " ms; is it 'encode serve'?", e);
    } catch (IOException e) {
      throw new InputException(
          endpoint + " cannot be reached (" + e.getMessage() + "); is the service running there?",
          e);
    }
  }

  private static Preflight of(Endpoint endpoint, RequestBuffer request, Answer answer) {
    if (answer.status() != 200) {
      throw new InputException(endpoint + refusal(answer.status()) + "; it says " + words(answer));
    }
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

  private static String refusal(int status) {
    return switch (status) {
      case 401, 403 -> " wants a token: name its file by --token-file";
      case 404 -> " has no /v1/score: give the address of 'encode serve' as --url";
      case 413, 422 -> " does not take such a request: try fewer --candidates";
      case 429, 503 -> " refuses requests with status " + status + ": is it under load already?";
      case 504 -> " misses the deadline: give a longer --deadline-ms, or fewer --candidates";
      default -> " answers the first request with status " + status;
    };
  }

  private static String words(Answer answer) {
    String text = new String(answer.kept(), 0, answer.keptBytes(), StandardCharsets.UTF_8).strip();
    return "\""
        + (text.length() > LONGEST_WORDS ? text.substring(0, LONGEST_WORDS) + "…" : text)
        + "\"";
  }
}
