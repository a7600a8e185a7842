package io.encodectr.http;

import io.encodectr.scoring.Probability;
import io.encodectr.service.Degradation;
import io.encodectr.service.ScoreAnswer;

/** Writes the answer of {@code POST /v1/score}. */
final class ScoreText {
  private static final int BESIDES = 512;
  private static final int A_SCORE = 96;

  private ScoreText() {}

  static void write(ScoreAnswer answer, JsonBytes out) {
    int count = answer.items().size();
    out.room(BESIDES + A_SCORE * count);
    out.raw("{\"model\":").text(answer.model());
    out.raw(",\"generation\":").text(answer.generation());
    out.raw(",\"user\":{\"id\":").text(answer.user());
    out.raw(",\"known\":").raw(answer.userKnown() ? "true" : "false");
    out.raw(",\"as_of\":").number(answer.asOf());
    out.raw(",\"events_since\":").number(answer.eventsSince());
    out.raw("},\"degraded\":[");
    String separator = "";
    for (Degradation reason : answer.degraded()) {
      out.raw(separator).text(reason.label());
      separator = ",";
    }
    out.raw("],\"coverage\":").number((float) answer.coverage());
    out.raw(",\"scores\":[");
    for (int i = 0; i < count; i++) {
      float logit = answer.logits()[i];
      out.raw(i == 0 ? "{\"item\":" : ",{\"item\":").text(answer.items().get(i));
      out.raw(",\"probability\":").number(Probability.of(logit));
      out.raw(",\"logit\":").number(logit);
      out.raw(answer.known()[i] ? ",\"known\":true}" : ",\"known\":false}");
    }
    out.raw("]");
    if (answer.explanation() != null) {
      out.raw(",\"explanation\":").raw(JsonText.bytes(answer.explanation()));
    }
    out.raw("}");
  }
}
