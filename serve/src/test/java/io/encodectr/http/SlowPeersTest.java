package io.encodectr.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.encodectr.online.OnlineOptions;
import io.encodectr.online.OnlineService;
import io.encodectr.online.ServedWorld;
import io.encodectr.service.PairLocation;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Peers that are slow, silent or gone hold nothing for long. Each test ends, or times out. */
@Timeout(60)
class SlowPeersTest {
  private static final String BODY = "{\"user\":\"u1\",\"items\":[\"i1\",\"i2\"]}";
  private static final Duration NONE = Duration.ZERO;

  @TempDir private static Path folder;
  private static ServedWorld world;
  private static OnlineService service;
  private static ApiClient client;

  /** A second of silence, 700 ms a request, 8 connections. */
  @BeforeAll
  static void start() throws Exception {
    world = ServedWorld.in(folder);
    PairLocation pair = world.pair(1);
    OnlineOptions usual = world.options(pair);
    Limits limits =
        Limits.DEFAULT.withTimes(Duration.ofSeconds(1), Duration.ofMillis(700)).withConnections(8);
    service =
        OnlineService.start(
            new OnlineOptions(
                pair,
                usual.events().folder(),
                ServedWorld.server(limits),
                1,
                4,
                Duration.ofSeconds(5),
                null,
                NONE,
                List.of(folder),
                null,
                false));
    client = new ApiClient(service);
  }

  @AfterAll
  static void stop() {
    client.close();
    service.close();
    world.close();
  }

  private static URI address() {
    return service.address();
  }

  private static String head(int length) {
    return "POST /v1/score HTTP/1.1\r\n"
        + "Host: localhost\r\n"
        + "Content-Type: application/json\r\n"
        + "Content-Length: "
        + length
        + "\r\n";
  }

  private static byte[][] oneByOne(String text) {
    return text.chars().mapToObj(c -> new byte[] {(byte) c}).toArray(byte[][]::new);
  }

  private static void assertServed() throws Exception {
    assertThat(client.score("u1", "i1").status()).isEqualTo(200);
  }

  @Test
  void aBodyThatComesByTheByteTimesOut() throws Exception {
    byte[][] parts = oneByOne(BODY);
    byte[][] all = new byte[parts.length + 1][];
    all[0] = ApiClient.bytes(head(BODY.length()) + "\r\n");
    System.arraycopy(parts, 0, all, 1, parts.length);
    String answer = ApiClient.raw(address(), Duration.ofMillis(50), all);
    // The limit of the whole is met between two reads (408), or by the thread that looks at all.
    assertThat(answer)
        .satisfiesAnyOf(
            text -> assertThat(text).startsWith("HTTP/1.1 408").contains("problem+json"),
            text -> assertThat(text).isEmpty());
    assertServed();
  }

  @Test
  void aChunkThatComesByTheByteTimesOut() throws Exception {
    String chunk =
        head(0).replace("Content-Length: 0", "Transfer-Encoding: chunked") + "\r\n40\r\n";
    byte[][] parts = oneByOne(BODY + " ".repeat(0x40 - BODY.length()));
    byte[][] all = new byte[parts.length + 1][];
    all[0] = ApiClient.bytes(chunk);
    System.arraycopy(parts, 0, all, 1, parts.length);
    assertThat(ApiClient.raw(address(), Duration.ofMillis(50), all)).doesNotContain("200 OK");
    assertServed();
  }

  @Test
  void aBodyThatNeverComesTimesOut() throws Exception {
    String answer = ApiClient.raw(address(), NONE, ApiClient.bytes(head(100) + "\r\n{"));
    assertThat(answer)
        .satisfiesAnyOf(
            text -> assertThat(text).startsWith("HTTP/1.1 408"),
            text -> assertThat(text).isEmpty());
    assertServed();
  }

  @Test
  void headersThatComeByTheByteTimeOut() throws Exception {
    byte[][] parts =
        oneByOne("POST /v1/score HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + "x".repeat(60));
    assertThat(ApiClient.raw(address(), Duration.ofMillis(40), parts)).doesNotContain("200 OK");
    assertServed();
  }

  @Test
  void aSilentConnectionIsClosed() throws Exception {
    assertThat(ApiClient.raw(address(), NONE)).isEmpty();
    assertThat(ApiClient.raw(address(), NONE, ApiClient.bytes("POST /v1"))).doesNotContain("200");
    String kept =
        ApiClient.raw(
            address(),
            NONE,
            ApiClient.bytes("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    assertThat(kept).startsWith("HTTP/1.1 200").endsWith("{\"live\":true}");
  }

  @Test
  void aBodyThatEndsEarlyIsNoRequest() throws Exception {
    try (Socket socket = new Socket(address().getHost(), address().getPort())) {
      socket.getOutputStream().write(ApiClient.bytes(head(100) + "\r\n{\"user\":\"u1\""));
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes());
      assertThat(answer).doesNotContain("200 OK");
    }
    assertServed();
  }

  @Test
  void whatIsNotHttpIsRefused() throws Exception {
    for (String text :
        List.of(
            "\u0016\u0003\u0001\u0002\u0000\u0001", // The begin of TLS.
            "hello\r\n\r\n",
            "GET / HTTP/0.9\r\n\r\n",
            "GET /v1/model HTTP/1.1\r\n\r\n",
            "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
            "POST /v1/score HTTP/1.1\r\n"
                + "Host: localhost\r\n"
                + "Content-Length: 5\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "0\r\n\r\n",
            "GET /" + "x".repeat(10_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n")) {
      String answer = ApiClient.raw(address(), NONE, ApiClient.bytes(text));
      assertThat(answer)
          .as(text.substring(0, Math.min(40, text.length())))
          .satisfiesAnyOf(
              is -> assertThat(is).isEmpty(), is -> assertThat(is).startsWith("HTTP/1.1 4"));
    }
    assertServed();
  }

  @Test
  void connectionsBeyondTheMostWaitUntilSilentOnesAreClosed() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        silent.add(new Socket(address().getHost(), address().getPort()));
      }
      assertServed();
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
    assertServed();
  }

  /** Answers far larger than the sockets' buffers, to a peer that asks but does not read. */
  @Test
  void aPeerThatDoesNotReadItsAnswersIsLeft() throws Exception {
    String items = "\"" + "x".repeat(100) + "\"";
    String body = "{\"user\":\"u1\",\"items\":[" + items + (("," + items).repeat(9_000)) + "]}";
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(new java.net.InetSocketAddress(address().getHost(), address().getPort()));
      OutputStream out = socket.getOutputStream();
      byte[] request = ApiClient.bytes(head(body.length()) + "\r\n" + body);
      Thread asking =
          Thread.startVirtualThread(() -> {
            try {
              for (int i = 0; i < 30; i++) {
                out.write(request);
              }
            } catch (java.io.IOException e) {
              // The service has left.
            }
          });
      while (!client.get("/metrics").text().contains("encode_in_flight 1.0") || asking.isAlive()) {
        Thread.sleep(20);
      }
      InputStream in = socket.getInputStream();
      long read = 0;
      byte[] buffer = new byte[1 << 16];
      try {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          read += n;
        }
      } catch (java.io.IOException e) {
        // A reset is one way of being left.
      }
      assertThat(read).as("all of it would be more").isLessThan(30 * 9_000L * 150);
    }
    assertServed();
    assertThat(client.get("/metrics").text()).contains("encode_in_flight 1.0");
  }

  @Test
  void manySlowPeersHoldNoWorker() throws Exception {
    List<Thread> peers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      peers.add(
          Thread.startVirtualThread(() -> {
            try {
              byte[][] parts = oneByOne(BODY);
              byte[][] all = new byte[parts.length + 1][];
              all[0] = ApiClient.bytes(head(BODY.length()) + "\r\n");
              System.arraycopy(parts, 0, all, 1, parts.length);
              ApiClient.raw(address(), Duration.ofMillis(100), all);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }));
    }
    for (int i = 0; i < 20; i++) {
      assertServed();
    }
    for (Thread peer : peers) {
      peer.join();
    }
    assertThat(Arrays.asList(service.service().admission().inside(), 0)).containsOnly(0);
  }
}
