package io.encodectr.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.file.Damage;
import io.encodectr.file.InputException;
import io.encodectr.service.Refusal;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.WritableHeaders;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Whose fault a failure is. */
class ProblemTest {
  @Test
  void damageIsNotTheCallersAndItsPathsAreNotTheirs() {
    Problem damage = Problem.of(Damage.of(Path.of("/srv/secret/interests.bin"), "it is cut off"));
    assertThat(damage.status()).isEqualTo(500);
    assertThat(damage.getMessage()).contains("damaged").doesNotContain("secret");
    assertThat(Problem.of(new InputException("items is wrong")).status()).isEqualTo(422);
  }

  @Test
  void aDiskThatFailsIsToBeTriedAgain() {
    Refusal full = new Refusal(Refusal.Reason.EVENTS_UNAVAILABLE, "the disk is full");
    assertThat(Problem.of(full).status()).isEqualTo(503);
  }

  @Test
  void aServiceAnswersToTheNameItListensBy() {
    Gate gate = new Gate(null, "shop-1");
    assertThat(gate.refuse(calledBy("shop-1:8080"), false)).isNull();
    assertThat(gate.refuse(calledBy("localhost:8080"), false)).isNull();
    assertThat(gate.refuse(calledBy("shop-1.evil.example"), false)).isNotNull();
    assertThat(gate.refuse(calledBy("evil.example"), false)).isNotNull();
  }

  private static ServerRequestHeaders calledBy(String host) {
    WritableHeaders<?> headers = WritableHeaders.create();
    headers.set(HeaderNames.HOST, host);
    return ServerRequestHeaders.create(headers);
  }
}
