package io.encodectr.load;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Where the service is, and what every request to it begins with. Immutable and thread-safe. */
public final class Endpoint {
  /** Ends the head of a request whose last header is its Content-Length. */
  static final byte[] HEAD_END = RequestBuffer.ascii("\r\n\r\n");

  private final URI url;
  private final String host;
  private final InetSocketAddress address;
  private final @Nullable SSLContext tls;
  private final String path;
  private final String headers;
  private final byte[] scoreHead;
  private final byte[] eventsHead;

  private Endpoint(
      URI url,
      InetSocketAddress address,
      @Nullable SSLContext tls,
      String headers,
      @Nullable Integer deadlineMs) {
    this.url = url;
    this.host = url.getHost();
    this.address = address;
    this.tls = tls;
    String rawPath = url.getRawPath();
    path = rawPath.endsWith("/") ? rawPath.substring(0, rawPath.length() - 1) : rawPath;
    this.headers = headers;
    String deadline = deadlineMs == null ? "" : "X-Deadline-Ms: " + deadlineMs + "\r\n";
    scoreHead = post("/v1/score", deadline);
    eventsHead = post("/v1/events", "");
  }

  /**
   * Reads a service's address.
   *
   * @param text such as {@code http://127.0.0.1:8080}, a path before {@code /v1} allowed
   * @param tokenFile file whose first line is sent as bearer token, or null for none
   * @param authorities PEM file of the certificates that may vouch for the service, or null for
   *     those that the JVM trusts; https only
   * @param deadlineMs deadline of a score request in milliseconds, or null for none
   * @throws InputException if one of them cannot be used
   */
  public static Endpoint of(
      String text,
      @Nullable Path tokenFile,
      @Nullable Path authorities,
      @Nullable Integer deadlineMs)
      throws IOException {
    URI url = parsed(text);
    boolean secure = url.getScheme().equalsIgnoreCase("https");
    if (authorities != null && !Files.isRegularFile(authorities)) {
      throw new InputException(authorities + " is no file; --tls-ca names a PEM file");
    }
    if (authorities != null && !secure) {
      throw new InputException("--tls-ca is for https only; the url is " + text);
    }
    if (deadlineMs != null && deadlineMs < 1) {
      throw new InputException("--deadline-ms " + deadlineMs + ": give a number from 1");
    }
    InetAddress found;
    try {
      found = InetAddress.getByName(url.getHost());
    } catch (UnknownHostException e) {
      throw new InputException("--url " + text + ": nobody knows the host " + url.getHost(), e);
    }
    int port = url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80;
    String token = tokenFile == null ? "" : "Authorization: Bearer " + token(tokenFile) + "\r\n";
    String headers = "Host: " + url.getRawAuthority() + "\r\nAccept: application/json\r\n" + token;
    return new Endpoint(
        url,
        new InetSocketAddress(found, port),
        secure ? context(authorities) : null,
        headers,
        deadlineMs);
  }

  private static URI parsed(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw new InputException("--url " + text + " is no address: " + e.getMessage(), e);
    }
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https"))
        || url.getHost() == null
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      throw new InputException(
          "--url "
              + text
              + " is not the address of a service; give one like http://127.0.0.1:8080");
    }
    return url;
  }

  private static String token(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InputException(file + " is no file; --token-file names one that holds the token");
    }
    String token = Files.readString(file).strip();
    if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new InputException(file + " holds no token: one line of ASCII without blanks");
    }
    return token;
  }

  private static SSLContext context(@Nullable Path authorities) throws IOException {
    try {
      if (authorities == null) {
        return SSLContext.getDefault();
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      try (InputStream in = Files.newInputStream(authorities)) {
        int number = 0;
        for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
          store.setCertificateEntry("authority-" + number++, one);
        }
      }
      if (store.size() == 0) {
        throw new InputException(authorities + " holds no certificate; --tls-ca names a PEM file");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new InputException(authorities + " cannot be used as --tls-ca: " + e.getMessage(), e);
    }
  }

  private byte[] post(String target, String more) {
    return RequestBuffer.ascii(
        "POST "
            + path
            + target
            + " HTTP/1.1\r\n"
            + headers
            + more
            + "Content-Type: application/json\r\nContent-Length: ");
  }

  /** The request of a GET. */
  byte[] get(String target) {
    return RequestBuffer.ascii("GET " + path + target + " HTTP/1.1\r\n" + headers + "\r\n");
  }

  /** The head of a score request, up to the number of its Content-Length. Not to be changed. */
  byte[] scoreHead() {
    return scoreHead;
  }

  /** The head of a request that tells of events, likewise. */
  byte[] eventsHead() {
    return eventsHead;
  }

  /**
   * Opens a connection.
   *
   * @param timeoutMs the longest that connecting, and each step of a TLS handshake, may take
   */
  Socket connect(int timeoutMs) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(address, timeoutMs);
      if (tls == null) {
        return socket;
      }
      SSLSocket secured =
          (SSLSocket) tls.getSocketFactory().createSocket(socket, host, address.getPort(), true);
      SSLParameters parameters = secured.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secured.setSSLParameters(parameters);
      secured.setSoTimeout(timeoutMs);
      secured.startHandshake();
      secured.setSoTimeout(0);
      return secured;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** The address as it was given. */
  @Override
  public String toString() {
    return url.toString();
  }
}
