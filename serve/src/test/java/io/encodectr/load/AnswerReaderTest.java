package io.encodectr.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {
  /** Gives what it holds in pieces of random sizes, as a network does. */
  private static final class Pieces extends InputStream {
    private final ByteArrayInputStream all;
    private final Random random;
    private final int largest;

    Pieces(byte[] all, int largest, long seed) {
      this.all = new ByteArrayInputStream(all);
      this.largest = largest;
      random = new Random(seed);
    }

    @Override
    public int read() {
      return all.read();
    }

    @Override
    public int read(byte[] to, int offset, int count) {
      return all.read(to, offset, Math.min(count, 1 + random.nextInt(largest)));
    }
  }

  private static AnswerReader reader(String text) {
    return new AnswerReader(new Pieces(text.getBytes(StandardCharsets.ISO_8859_1), 3, 1), 1 << 12);
  }

  private static String body(Answer answer) {
    return new String(answer.kept(), 0, answer.keptBytes(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void readsAnswersOneAfterTheOther() throws IOException {
    AnswerReader answers =
        reader(
            """
            HTTP/1.1 100 Continue\r
            \r
            HTTP/1.1 200 OK\r
            content-LENGTH:  5 \r
            X-Other: a:b\r
            \r
            helloHTTP/1.1 429 Too Many Requests\r
            Transfer-Encoding: chunked\r
            Retry-After: 1\r
            \r
            3;note=1\r
            abc\r
            A\r
            0123456789\r
            0\r
            Trailer: x\r
            \r
            HTTP/1.1 204 No Content\r
            \r
            HTTP/1.1 503\s
            Connection: Close
            Content-Length: 0

            """);
    Answer first = answers.read();
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.bytes()).isEqualTo(5);
    assertThat(body(first)).isEqualTo("hello");
    assertThat(first.reusable()).isTrue();
    Answer second = answers.read();
    assertThat(second.status()).isEqualTo(429);
    assertThat(body(second)).isEqualTo("abc0123456789");
    assertThat(second.bytes()).isEqualTo(13);
    assertThat(second.reusable()).isTrue();
    Answer third = answers.read();
    assertThat(third.status()).isEqualTo(204);
    assertThat(third.bytes()).isZero();
    Answer fourth = answers.read();
    assertThat(fourth.status()).isEqualTo(503);
    assertThat(fourth.reusable()).isFalse();
    assertThatThrownBy(answers::read).isInstanceOf(EOFException.class);
    assertThat(answers.begun()).isFalse();
  }

  @Test
  void aBodyWithoutLengthEndsWithTheConnection() throws IOException {
    Answer answer = reader("HTTP/1.1 200 OK\r\n\r\nall of it").read();
    assertThat(body(answer)).isEqualTo("all of it");
    assertThat(answer.reusable()).isFalse();
    assertThat(reader("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx").read().reusable()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void keepsTheBeginningAndCountsTheRestHoweverItIsCut(long seed) throws IOException {
    Random random = new Random(seed);
    byte[] body = new byte[random.nextInt(300_000)];
    random.nextBytes(body);
    var wire = new ByteArrayOutputStream();
    wire.writeBytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes());
    for (int sent = 0; sent < body.length; ) {
      int count = Math.min(body.length - sent, 1 + random.nextInt(40_000));
      wire.writeBytes((Integer.toHexString(count) + "\r\n").getBytes());
      wire.write(body, sent, count);
      wire.writeBytes("\r\n".getBytes());
      sent += count;
    }
    wire.writeBytes("0\r\n\r\n".getBytes());
    int keep = random.nextInt(100_000);
    Answer answer = new AnswerReader(new Pieces(wire.toByteArray(), 70_000, seed), keep).read();
    assertThat(answer.bytes()).isEqualTo(body.length);
    assertThat(Arrays.copyOf(answer.kept(), answer.keptBytes()))
        .isEqualTo(Arrays.copyOf(body, Math.min(keep, body.length)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/1.1 OK\r\n\r\n",
        "HTTP/1.1 20x OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n"
      })
  void whatIsNoHttpIsRefused(String text) {
    assertThatThrownBy(() -> reader(text).read()).isInstanceOf(ProtocolException.class);
  }

  @Test
  void anEndlessHeadIsRefusedAndAShortBodyIsSeen() {
    assertThatThrownBy(() -> reader("HTTP/1.1 200 " + "a".repeat(70_000)).read())
        .isInstanceOf(ProtocolException.class);
    AnswerReader cut = reader("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    assertThatThrownBy(cut::read).isInstanceOf(EOFException.class);
    assertThat(cut.begun()).isTrue();
  }
}
