package io.encodectr.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.encodectr.generation.StoreLocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** A real server of this machine, in a folder of its own, on a free port of loopback. */
public final class RedisServer implements AutoCloseable {
  private static final long PATIENCE = TimeUnit.MINUTES.toNanos(1);

  private final Path folder;
  private final int port;
  private final List<String> options;
  private Process process;

  private RedisServer(Path folder, int port, List<String> options) {
    this.folder = folder;
    this.port = port;
    this.options = options;
  }

  /**
   * Starts a server; where there is none the test is skipped.
   *
   * @param options such as {@code --maxmemory 10mb}
   */
  public static RedisServer start(Path folder, String... options) {
    requireInstalled();
    try {
      RedisServer server =
          new RedisServer(Files.createDirectories(folder), freePort(), List.of(options));
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> executable() {
    return Stream.of("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")
        .flatMap(folder -> Stream.of(folder + "/redis-server", folder + "/valkey-server"))
        .filter(file -> Files.isExecutable(Path.of(file)))
        .findFirst();
  }

  static void requireInstalled() {
    assumeTrue(
        executable().isPresent(),
        "SKIPPED: no shared store was tested; apt-get install redis-server");
  }

  static int freePort() throws IOException {
    // A cluster's bus takes the port 10,000 above.
    while (true) {
      try (ServerSocket socket = new ServerSocket(0)) {
        int port = socket.getLocalPort() % 20_000 + 20_000;
        try (ServerSocket one = new ServerSocket(port);
            ServerSocket two = new ServerSocket(port + 10_000)) {
          return one.getLocalPort() == two.getLocalPort() ? 0 : port;
        } catch (IOException e) {
          continue;
        }
      }
    }
  }

  /** Starts it again, with what it has on disk. */
  public void start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(executable().orElseThrow());
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", folder.toString(), "--daemonize", "no"));
    command.addAll(List.of("--save", "", "--enable-debug-command", "yes"));
    command.addAll(options);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("server.log").toFile()))
            .start();
    long end = System.nanoTime() + PATIENCE;
    while (true) {
      try (Jedis jedis = jedis()) {
        jedis.ping();
        return;
      } catch (JedisException e) {
        if (e.getMessage().startsWith("NOAUTH")) {
          return;
        }
        if (!process.isAlive() || System.nanoTime() > end) {
          throw new IOException("no server: " + Files.readString(folder.resolve("server.log")), e);
        }
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }

  public int port() {
    return port;
  }

  /** A client that speaks to it directly. */
  public Jedis jedis() {
    return new Jedis("127.0.0.1", port);
  }

  /** Its address, with patience enough for a busy machine. */
  public StoreLocation location(String... parameters) {
    String more = String.join("&", parameters);
    return StoreLocation.parse(
        "redis://127.0.0.1:%d%s".formatted(port, more.isEmpty() ? "?timeout=5000ms" : "?" + more));
  }

  /** Does not answer any more, but holds its connections. */
  public void pause() {
    signal("STOP");
  }

  public void goOn() {
    signal("CONT");
  }

  /** As after a crash: nothing is saved. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the server counts. */
  public Map<String, String> info(String section) {
    Map<String, String> values = new java.util.HashMap<>();
    try (Jedis jedis = jedis()) {
      jedis
          .info(section)
          .lines()
          .filter(line -> line.contains(":"))
          .forEach(line -> values.put(line.split(":", 2)[0], line.split(":", 2)[1]));
    }
    return values;
  }

  @Override
  public void close() {
    signal("CONT");
    kill();
  }
}
