package io.encodectr.redis;

import io.encodectr.file.InputException;
import io.encodectr.generation.StoreLocation;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/**
 * Where a Redis or Valkey server is and how to talk to it:
 *
 * <pre>
 * redis[s]://[[USER]:PASSWORD@]HOST[:PORT][,HOST[:PORT]…][/DB][?prefix=…&amp;timeout=…&amp;password-file=…]
 * </pre>
 *
 * <p>{@code rediss} is TLS. Whether the server belongs to a cluster is asked of it; several nodes
 * are tried in turn until one answers. A password may also stand in the first line of {@code
 * password-file}, or in the environment variable {@value #PASSWORD}.
 *
 * @param nodes at least one
 * @param tls whether connections are encrypted and the server's certificate is checked
 * @param user null: the default user
 * @param password null: none
 * @param database 0 in a cluster
 * @param prefix of all keys: letters, digits, {@code . _ -}
 * @param timeout how long a single read of a user may take
 */
public record RedisAddress(
    List<HostAndPort> nodes,
    boolean tls,
    @Nullable String user,
    @Nullable String password,
    int database,
    String prefix,
    Duration timeout) {
  /** Environment variable of the password. */
  public static final String PASSWORD = "ENCODE_REDIS_PASSWORD";

  private static final int PORT = 6379;
  private static final Duration TIMEOUT = Duration.ofMillis(20);
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final Pattern PREFIX = Pattern.compile("[0-9A-Za-z._-]{1,64}");
  private static final Pattern MILLIS = Pattern.compile("([0-9]{1,5})ms");
  private static final Pattern NODE =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[0-9A-Za-z._-]+)(?::([0-9]{1,5}))?");

  /**
   * Reads the address of a store.
   *
   * @throws InputException if it is none, or its password file cannot be read
   */
  public static RedisAddress of(StoreLocation location) {
    return parse(location.address(), System.getenv());
  }

  static RedisAddress parse(String text, Map<String, String> environment) {
    String shown = StoreLocation.parse(text).toString();
    int scheme = text.indexOf("://");
    boolean tls = text.substring(0, scheme).equalsIgnoreCase("rediss");
    String rest = text.substring(scheme + 3);
    String user = null;
    String password = null;
    int at = rest.lastIndexOf('@');
    if (at >= 0) {
      String login = rest.substring(0, at);
      rest = rest.substring(at + 1);
      int colon = login.indexOf(':');
      if (colon < 0) {
        throw wrong(shown, "before @ stands USER:PASSWORD or :PASSWORD");
      }
      user = colon == 0 ? null : decoded(login.substring(0, colon));
      password = decoded(login.substring(colon + 1));
    }
    int question = rest.indexOf('?');
    String query = question < 0 ? "" : rest.substring(question + 1);
    rest = question < 0 ? rest : rest.substring(0, question);
    int slash = rest.indexOf('/');
    String database = slash < 0 ? "" : rest.substring(slash + 1);
    List<HostAndPort> nodes = new ArrayList<>();
    for (String node : (slash < 0 ? rest : rest.substring(0, slash)).split(",", -1)) {
      nodes.add(node(shown, node));
    }
    String prefix = "encode";
    Duration timeout = TIMEOUT;
    for (String parameter : query.isEmpty() ? new String[0] : query.split("&", -1)) {
      String[] parts = parameter.split("=", 2);
      String value = parts.length < 2 ? "" : decoded(parts[1]);
      switch (parts[0].toLowerCase(Locale.ROOT)) {
        case "prefix" -> prefix = value;
        case "timeout" -> timeout = timeout(shown, value);
        case "password-file" -> password = passwordIn(Path.of(value));
        default ->
            throw wrong(shown, "it knows prefix, timeout and password-file, not " + parts[0]);
      }
    }
    if (!PREFIX.matcher(prefix).matches()) {
      throw wrong(
          shown, "a prefix has 1 to 64 letters, digits, '.', '_', '-', not '" + prefix + "'");
    }
    if (!database.matches("[0-9]{0,4}")) {
      throw wrong(shown, "the database after / is a number, not '" + database + "'");
    }
    return new RedisAddress(
        List.copyOf(nodes),
        tls,
        user,
        password == null ? environment.get(PASSWORD) : password,
        database.isEmpty() ? 0 : Integer.parseInt(database),
        prefix,
        timeout);
  }

  /** The same with reads that may take at least so long. */
  RedisAddress withPatience(Duration least) {
    Duration longer = timeout.compareTo(least) < 0 ? least : timeout;
    return new RedisAddress(nodes, tls, user, password, database, prefix, longer);
  }

  private static HostAndPort node(String shown, String text) {
    Matcher matcher = NODE.matcher(text);
    if (!matcher.matches()) {
      throw wrong(shown, "'" + text + "' is no HOST or HOST:PORT");
    }
    int port = matcher.group(2) == null ? PORT : Integer.parseInt(matcher.group(2));
    if (port < 1 || port > 65_535) {
      throw wrong(shown, port + " is no port");
    }
    String host = matcher.group(1);
    return new HostAndPort(
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
  }

  private static Duration timeout(String shown, String value) {
    Matcher matcher = MILLIS.matcher(value);
    Duration time =
        matcher.matches() ? Duration.ofMillis(Long.parseLong(matcher.group(1))) : Duration.ZERO;
    if (time.isZero() || time.compareTo(LONGEST) > 0) {
      throw wrong(shown, "timeout is 1ms to 10000ms, not '" + value + "'");
    }
    return time;
  }

  private static String passwordIn(Path file) {
    try {
      return Files.readString(file).lines().findFirst().orElse("").strip();
    } catch (IOException e) {
      throw new InputException("cannot read the password file " + file, e);
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static InputException wrong(String shown, String why) {
    return new InputException(
        shown + " is no address of a Redis server: " + why + "; give redis://HOST:PORT");
  }

  /** Without user and password. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(tls ? "rediss://" : "redis://");
    text.append(String.join(",", nodes.stream().map(HostAndPort::toString).toList()));
    return text.append(database == 0 ? "" : "/" + database).append("?prefix=" + prefix).toString();
  }
}
