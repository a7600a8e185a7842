package io.encodectr.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.service.Refusal;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.WritableHeaders;
import io.helidon.http.media.ReadableEntity;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is counted as held is given back, whatever happens. */
class BodyReaderTest {
  private static final int HELD = 20_000;

  private final SlowConnections slow = new SlowConnections(Duration.ofSeconds(10));
  private final BodyReader reader = new BodyReader(limits(), slow);

  private static Limits limits() {
    Limits usual = Limits.DEFAULT;
    return new Limits(
        usual.body(),
        usual.candidates(),
        usual.explained(),
        usual.events(),
        usual.id(),
        usual.headers(),
        usual.connections(),
        HELD,
        usual.silence(),
        usual.receiving());
  }

  @AfterEach
  void close() {
    slow.close();
  }

  private static ServerRequest request(InputStream body) {
    WritableHeaders<?> headers = WritableHeaders.create();
    headers.set(HeaderNames.CONTENT_TYPE, "application/json");
    ReadableEntity entity = fake(ReadableEntity.class, Map.of("inputStream", body));
    return fake(
        ServerRequest.class,
        Map.of("headers", ServerRequestHeaders.create(headers), "content", entity));
  }

  private static <T> T fake(Class<T> type, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answers.get(method.getName())));
  }

  private static InputStream thatEnds(Error error) {
    return new InputStream() {
      private int left = 100;

      @Override
      public int read() {
        if (left-- == 0) {
          throw error;
        }
        return ' ';
      }

      @Override
      public int read(byte[] into, int from, int length) {
        into[from] = (byte) read();
        return 1;
      }
    };
  }

  @Test
  void anErrorWhileABodyIsReadLeaksNothing() {
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> reader.read(request(thatEnds(new OutOfMemoryError("in a test")))))
          .isInstanceOf(OutOfMemoryError.class);
    }
    try (BodyReader.Body body = reader.read(request(new ByteArrayInputStream(new byte[9_000])))) {
      assertThat(body.length()).isEqualTo(9_000);
    }
  }

  @Test
  void tooManyBytesAtATimeAreAnOverload() {
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> reader.read(request(new ByteArrayInputStream(new byte[30_000]))))
          .isInstanceOfSatisfying(
              Refusal.class,
              refusal -> assertThat(refusal.reason()).isEqualTo(Refusal.Reason.OVERLOADED));
    }
    try (BodyReader.Body body = reader.read(request(new ByteArrayInputStream(new byte[100])))) {
      assertThat(body.length()).isEqualTo(100);
    }
  }

  @Test
  void severalOfTheLargestBodiesAreHeldAtATime() {
    Limits large = Limits.DEFAULT.withBody(1 << 30);
    assertThat(large.bodies()).isEqualTo(4L << 30);
    assertThatThrownBy(() -> Limits.DEFAULT.withBody(Integer.MAX_VALUE))
        .hasMessageContaining("body");
  }
}
