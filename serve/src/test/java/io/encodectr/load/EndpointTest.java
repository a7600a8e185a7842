package io.encodectr.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.encodectr.file.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens and TLS, against the JDK's own HTTPS server with a certificate made for the occasion. */
class EndpointTest {
  private static final String PASSWORD = "changeit";

  @TempDir private static Path folder;
  private static HttpsServer server;

  @BeforeAll
  static void start() throws Exception {
    keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=a", "-ext", "SAN=ip:127.0.0.1");
    keytool("-exportcert", "-rfc", "-file", folder.resolve("ca.pem").toString());
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("keys.p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          byte[] said =
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"))
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, said.length);
          exchange.getResponseBody().write(said);
          exchange.close();
        });
    server.start();
  }

  private static void keytool(String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-alias", "a", "-storetype", "PKCS12", "-storepass", PASSWORD));
    command.addAll(List.of("-keystore", folder.resolve("keys.p12").toString()));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectInput(devNull()).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static java.io.File devNull() throws IOException {
    return Files.createTempFile(folder, "nothing", "").toFile();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
  }

  private static String url() {
    return "https://127.0.0.1:" + server.getAddress().getPort();
  }

  private static String ask(Endpoint endpoint) throws IOException {
    byte[] request = endpoint.get("/");
    try (HttpConnection connection = HttpConnection.open(endpoint, 60_000, 1 << 12)) {
      Answer answer = connection.exchange(request, request.length);
      return new String(answer.kept(), 0, answer.keptBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aTokenIsSentOverTls() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "a.b-c\n");
    Path authorities = folder.resolve("ca.pem");
    assertThat(ask(Endpoint.of(url(), token, authorities, null))).isEqualTo("Bearer a.b-c");
    assertThat(ask(Endpoint.of(url(), null, authorities, null))).isEqualTo("null");
  }

  @Test
  void aCertificateThatNobodyVouchesForIsNotTrusted() throws IOException {
    Endpoint endpoint = Endpoint.of(url(), null, null, null);
    assertThatThrownBy(() -> ask(endpoint)).isInstanceOf(SSLException.class);
  }

  @Test
  void wrongFilesAreRefused() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty"), "");
    Path two = Files.writeString(folder.resolve("two"), "two words");
    refused("no token", url(), empty, null);
    refused("no token", url(), two, null);
    refused("--token-file", url(), folder.resolve("missing"), null);
    refused("--tls-ca", url(), null, empty);
    refused("--tls-ca", url(), null, two);
    refused("for https only", "http://127.0.0.1", null, empty);
  }

  private static void refused(String words, String url, Path token, Path authorities) {
    assertThatThrownBy(() -> Endpoint.of(url, token, authorities, null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(words);
  }
}
