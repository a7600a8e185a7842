package io.encodectr.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.encodectr.file.InputException;
import io.encodectr.online.OnlineOptions;
import io.encodectr.online.OnlineService;
import io.encodectr.online.ServedWorld;
import io.encodectr.service.Deadline;
import io.encodectr.service.PairLocation;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starting, stopping, tokens and TLS. */
@Timeout(120)
class ServingTest {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static final String BODY = "{\"user\":\"u1\",\"items\":[\"i1\"]}";

  @TempDir private static Path folder;
  private static ServedWorld world;

  @BeforeAll
  static void make() throws Exception {
    world = ServedWorld.in(folder);
  }

  @AfterAll
  static void end() {
    world.close();
  }

  private static OnlineOptions options(PairLocation pair, ServerOptions server) {
    OnlineOptions usual = world.options(pair);
    return new OnlineOptions(
        pair,
        usual.events().folder(),
        server,
        1,
        16,
        Duration.ofSeconds(20),
        null,
        Duration.ZERO,
        List.of(folder),
        null,
        false);
  }

  private static ServerOptions server(
      String host, AccessToken token, PemFiles tls, Duration notice) {
    return new ServerOptions(
        new ListenAddress(host, 0),
        new ListenAddress("127.0.0.1", 0),
        token,
        tls,
        tls == null
            ? Limits.DEFAULT
            : Limits.DEFAULT.withTimes(Duration.ofSeconds(3), Duration.ofSeconds(3)),
        notice,
        Duration.ofSeconds(20));
  }

  private static AccessToken token(Path own) throws Exception {
    return AccessToken.read(Files.writeString(own.resolve("token"), TOKEN + "\n"));
  }

  @Test
  void anAddressThatOthersReachNeedsAToken() {
    for (String host : List.of("0.0.0.0", "::", "192.0.2.1")) {
      assertThatThrownBy(() -> server(host, null, null, Duration.ZERO))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("--token-file");
      assertThatThrownBy(() ->
              new ServerOptions(
                  new ListenAddress("127.0.0.1", 0),
                  new ListenAddress(host, 0),
                  null,
                  null,
                  Limits.DEFAULT,
                  Duration.ZERO,
                  Duration.ZERO))
          .isInstanceOf(InputException.class);
    }
    assertThat(server("localhost", null, null, Duration.ZERO).token()).isNull();
    assertThatThrownBy(() -> new ListenAddress("127.0.0.1", 65_536))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> server("no.such.host.invalid", null, null, Duration.ZERO))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no.such.host.invalid");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "short",
        "0123456789abcde",
        "has blanks in it, many",
        "0123456789abcdef\n0123456789abcdef"
      })
  void aTokenThatIsNoneIsRefused(String text, @TempDir Path own) throws Exception {
    Path file = Files.writeString(own.resolve("token"), text);
    assertThatThrownBy(() -> AccessToken.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("openssl rand");
    assertThatThrownBy(() -> AccessToken.read(own.resolve("none")))
        .isInstanceOf(InputException.class);
  }

  @Test
  void withATokenOnlyWhoSendsItIsLetIn(@TempDir Path own) throws Exception {
    ServerOptions server = server("0.0.0.0", token(own), null, Duration.ZERO);
    try (OnlineService service = OnlineService.start(options(world.pair(1), server));
        ApiClient client = new ApiClient(service)) {
      assertThat(service.address().getHost()).isEqualTo("localhost");
      for (String path : List.of("/v1/model", "/v1/users/u1", "/metrics", "/nothing")) {
        ApiClient.Answer refused = client.get(path);
        assertThat(refused.status()).as(path).isEqualTo(401);
        assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer");
      }
      assertThat(client.post("/v1/score", BODY).status()).isEqualTo(401);
      assertThat(client.post("/v1/events", "[]").status()).isEqualTo(401);
      assertThat(client.delete("/v1/users/u1").status()).isEqualTo(401);
      assertThat(client.get("/v1/score").status()).as("nor what methods there are").isEqualTo(401);
      for (String wrong :
          List.of(TOKEN, "Bearer ", "Bearer " + TOKEN + "0", "Basic " + TOKEN, "Bearer x")) {
        assertThat(client.post("/v1/score", BODY, "Authorization", wrong).status())
            .as(wrong)
            .isEqualTo(401);
      }
      for (String right : List.of("Bearer " + TOKEN, "bearer  " + TOKEN)) {
        assertThat(client.post("/v1/score", BODY, "Authorization", right).status()).isEqualTo(200);
      }
      for (String open : List.of("/health/live", "/health/ready", "/openapi.json")) {
        assertThat(client.get(open).status()).as(open).isEqualTo(200);
      }
      assertThat(client.get("/admin/pairs").status()).as("loopback").isEqualTo(200);
      for (String trick :
          List.of(
              "/openapi.json/../v1/model",
              "/health/live/../../v1/model",
              "/explorer/../v1/model",
              "/explorer/%2e%2e/v1/model",
              "/explorer/..%2fv1/model",
              "//v1/model",
              "/v1/model;/explorer")) {
        String answer =
            ApiClient.raw(
                service.address(),
                Duration.ZERO,
                ApiClient.bytes(
                    "GET " + trick + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        assertThat(answer).as(trick).doesNotContain("200 OK").doesNotContain("fingerprint");
      }
    }
  }

  private static PemFiles certificate(Path own, String... keyOptions) throws Exception {
    Path key = own.resolve("key.pem");
    Path certificate = own.resolve("cert.pem");
    List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509"));
    command.addAll(List.of(keyOptions));
    command.addAll(
        List.of(
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout",
            key.toString(),
            "-out",
            certificate.toString()));
    try {
      Process made = new ProcessBuilder(command).redirectErrorStream(true).start();
      made.getInputStream().readAllBytes();
      Assumptions.assumeTrue(made.waitFor() == 0, "openssl made no certificate");
    } catch (java.io.IOException e) {
      Assumptions.abort("no openssl here");
    }
    return new PemFiles(certificate, key);
  }

  private static SSLContext trusting(Path certificate) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      store.setCertificateEntry(
          "it", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-newkey rsa:2048",
        "-newkey ec -pkeyopt ec_paramgen_curve:P-256",
        "-newkey ed25519"
      })
  void tlsIsServedByFiles(String key, @TempDir Path own) throws Exception {
    PemFiles tls = certificate(own, key.split(" "));
    ServerOptions server = server("127.0.0.1", token(own), tls, Duration.ZERO);
    try (OnlineService service = OnlineService.start(options(world.pair(1), server));
        ApiClient client =
            new ApiClient(
                service.address(), service.adminAddress(), trusting(tls.certificates()))) {
      assertThat(service.address().getScheme()).isEqualTo("https");
      assertThat(service.adminAddress().getScheme()).isEqualTo("http");
      assertThat(client.post("/v1/score", BODY, "Authorization", "Bearer " + TOKEN).status())
          .isEqualTo(200);
      assertThat(client.post("/v1/score", BODY).status()).isEqualTo(401);
      String plain =
          ApiClient.raw(
              service.address(),
              Duration.ZERO,
              ApiClient.bytes("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"));
      assertThat(plain).doesNotContain("live");
    }
  }

  @Test
  void peersThatNeverFinishTheirTlsGreetingAreLeft(@TempDir Path own) throws Exception {
    PemFiles tls = certificate(own, "-newkey", "ed25519");
    ServerOptions server = server("127.0.0.1", null, tls, Duration.ZERO);
    try (OnlineService service = OnlineService.start(options(world.pair(1), server))) {
      assertThat(ApiClient.raw(service.address(), Duration.ZERO))
          .as("whoever says nothing is left")
          .isEmpty();
      byte[] begun = {22, 3, 1, 2, 0, 1, 0};
      assertThat(ApiClient.raw(service.address(), Duration.ZERO, begun))
          .as("or stops half-way")
          .doesNotContain("HTTP");
    }
  }

  @Test
  void filesThatAreNoCertificateAndKeyAreNamed(@TempDir Path own, @TempDir Path other)
      throws Exception {
    PemFiles good = certificate(own, "-newkey", "rsa:2048");
    PemFiles second = certificate(other, "-newkey", "rsa:2048");
    Path text = Files.writeString(own.resolve("text"), "no PEM\n");
    assertBad(new PemFiles(good.certificates(), second.key()), "is not the key of");
    assertBad(new PemFiles(text, good.key()), "text");
    assertBad(new PemFiles(good.certificates(), text), "no private key");
    assertBad(new PemFiles(good.certificates(), own.resolve("none")), "none");
    assertBad(new PemFiles(good.key(), good.key()), "key.pem");
    Path old =
        Files.writeString(
            own.resolve("old"),
            "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
    assertBad(new PemFiles(good.certificates(), old), "openssl pkcs8");
    Path broken =
        Files.writeString(
            own.resolve("broken"),
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assertBad(new PemFiles(good.certificates(), broken), "none of RSA, EC");
  }

  private static void assertBad(PemFiles files, String because) {
    assertThatThrownBy(files::context)
        .isInstanceOf(InputException.class)
        .hasMessageContaining(because);
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      ServerOptions server =
          new ServerOptions(
              new ListenAddress("127.0.0.1", taken.getLocalPort()),
              new ListenAddress("127.0.0.1", 0),
              null,
              null,
              Limits.DEFAULT,
              Duration.ZERO,
              Duration.ZERO);
      OnlineOptions options = options(world.pair(1), server);
      assertThatThrownBy(() -> OnlineService.start(options))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(Integer.toString(taken.getLocalPort()));
      OnlineOptions again = options(world.pair(1), server("127.0.0.1", null, null, Duration.ZERO));
      OnlineService.start(
              new OnlineOptions(
                  again.pair(),
                  options.events().folder(),
                  again.server(),
                  1,
                  1,
                  Duration.ofSeconds(1),
                  null,
                  Duration.ZERO,
                  List.of(),
                  null,
                  false))
          .close();
    }
  }

  @Test
  void aPairThatCannotBeUsedEndsTheStart() throws Exception {
    PairLocation wrong = new PairLocation(world.pair(2).model(), world.pair(1).store(), null);
    OnlineOptions options = options(wrong, server("127.0.0.1", null, null, Duration.ZERO));
    assertThatThrownBy(() -> OnlineService.start(options))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("fingerprint");
  }

  @Test
  void itIsReadyOnlyWhenItIsWarmAndCountsNothingOfThat() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    ServerOptions usual = server("127.0.0.1", null, null, Duration.ZERO);
    ServerOptions known =
        new ServerOptions(
            new ListenAddress("127.0.0.1", port),
            usual.admin(),
            null,
            null,
            usual.limits(),
            usual.notice(),
            usual.grace());
    OnlineOptions quick = options(world.pair(1), known);
    OnlineOptions options =
        new OnlineOptions(
            quick.pair(),
            quick.events().folder(),
            known,
            1,
            16,
            quick.patience(),
            null,
            Duration.ofSeconds(2),
            quick.artifacts(),
            null,
            false);
    CompletableFuture<OnlineService> starting =
        CompletableFuture.supplyAsync(() -> {
          try {
            return OnlineService.start(options);
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
    URI address = URI.create("http://127.0.0.1:" + port);
    boolean warming = false;
    try (ApiClient client = new ApiClient(address, address, null)) {
      while (!starting.isDone()) {
        try {
          ApiClient.Answer ready = client.get("/health/ready");
          if (!starting.isDone()) {
            warming |= ready.text().contains("the service is warming up");
            assertThat(ready.status()).isIn(200, 503);
          }
        } catch (java.io.IOException e) {
          Thread.sleep(5); // It does not listen yet.
        }
      }
      try (OnlineService service = starting.get()) {
        assertThat(warming).isTrue();
        assertThat(client.get("/health/ready").status()).isEqualTo(200);
        assertThat(service.service().metrics().text())
            .contains("encode_users_total{known=\"true\"} 0.0")
            .contains("encode_stage_seconds_count{stage=\"score\"} 0");
        assertThat(client.post("/v1/score", BODY).status()).isEqualTo(200);
        assertThat(service.service().metrics().text())
            .contains("encode_users_total{known=\"true\"} 1.0");
      }
    }
  }

  /** A pipe in place of a store's note of the forgotten holds whoever reads it. */
  @Test
  void eventsAreStoredWhileForgettingWaits() throws Exception {
    Path model = world.model("encode", 1);
    Path store = world.store("held", model, ServedWorld.NOW);
    Path note = store.resolve("forgotten");
    ServerOptions server = server("127.0.0.1", null, null, Duration.ZERO);
    try (OnlineService service =
            OnlineService.start(options(new PairLocation(model, store, null), server));
        ApiClient client = new ApiClient(service);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Process made = new ProcessBuilder("mkfifo", note.toString()).start();
      Assumptions.assumeTrue(made.waitFor() == 0, "no named pipes here");
      List<Future<ApiClient.Answer>> forgetting = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String path = "/v1/users/u" + i;
        forgetting.add(callers.submit(() -> client.delete(path)));
      }
      while (inFlight(client) <= 20) {
        Thread.sleep(5);
      }
      String event = "{\"user\":\"u30\",\"item\":\"i1\"}";
      ApiClient.Answer stored = client.post("/v1/events", event);
      // Opening the pipe lets the reader go on; without the file, the others find nobody forgotten.
      try (var pipe = Files.newOutputStream(note)) {
        Files.delete(note);
      }
      assertThat(stored.status()).isEqualTo(200);
      for (Future<ApiClient.Answer> each : forgetting) {
        assertThat(each.get().status()).isEqualTo(200);
      }
    }
  }

  private static int inFlight(ApiClient client) throws Exception {
    return client
        .get("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith("encode_in_flight "))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }

  /** What has begun or waits is answered; the socket is closed; nobody gets half an answer. */
  @Test
  void stoppingDrains() throws Exception {
    OnlineService service =
        OnlineService.start(
            options(world.pair(1), server("127.0.0.1", null, null, Duration.ofMillis(500))));
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch busy = new CountDownLatch(1);
    try (ApiClient client = new ApiClient(service);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
        Socket idle = new Socket(service.address().getHost(), service.address().getPort())) {
      callers.submit(() ->
          service
              .service()
              .admission()
              .run(
                  Deadline.NONE,
                  () -> {
                    busy.countDown();
                    release.await();
                    return true;
                  }));
      busy.await();
      List<Future<ApiClient.Answer>> waiting = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        waiting.add(callers.submit(() -> client.post("/v1/score", BODY)));
      }
      while (service.service().admission().waiting() < 5) {
        Thread.sleep(1);
      }
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(service::close);
      ApiClient.Answer ready = client.get("/health/ready");
      while (ready.status() == 200) {
        ready = client.get("/health/ready");
      }
      assertThat(ready.status()).isEqualTo(503);
      assertThat(ready.text()).contains("the service is stopping");
      assertThat(ready.header("Connection")).isEqualTo("close");
      Thread.sleep(700);
      assertThat(stopped).as("requests that have begun hold it").isNotDone();
      release.countDown();
      for (Future<ApiClient.Answer> each : waiting) {
        assertThat(each.get().status()).isEqualTo(200);
      }
      stopped.get();
      assertThat(idle.getInputStream().read()).isEqualTo(-1);
      assertThatThrownBy(() -> client.get("/health/live")).isInstanceOf(ConnectException.class);
    }
  }
}
