package io.encodectr.load;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A service that answers every request at once with the same scores and can be told to stop
 * answering for a while: what the load generator is tested with. On the loopback interface, at a
 * port of its own. Thread-safe.
 */
final class StubService implements Closeable {
  private static final int LONGEST_LINE = 1 << 13;

  private final ServerSocket listener;
  private final byte[] answer;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile long silentUntil = System.nanoTime();

  private StubService(ServerSocket listener, int scores) {
    this.listener = listener;
    answer = answer(scores);
  }

  /**
   * Starts a service.
   *
   * @param scores how many scores every answer has
   */
  static StubService start(int scores) throws IOException {
    ServerSocket listener = new ServerSocket(0, 1 << 10, InetAddress.getLoopbackAddress());
    StubService service = new StubService(listener, scores);
    Thread.ofVirtual().name("stub").start(service::accept);
    return service;
  }

  private static byte[] answer(int scores) {
    var body = new StringBuilder();
    body.append("{\"model\":\"stub\",\"generation\":\"1\",\"user\":{\"id\":\"u\",\"known\":true},");
    body.append("\"degraded\":[],\"coverage\":1.0,\"scores\":[");
    for (int i = 0; i < scores; i++) {
      double probability = (i + 0.5) / scores;
      body.append(i == 0 ? "" : ",")
          .append(
              String.format(
                  Locale.ROOT,
                  "{\"item\":\"i%d\",\"probability\":%.7f,\"logit\":%.6f,\"known\":true}",
                  i,
                  probability,
                  Math.log(probability / (1 - probability))));
    }
    body.append("]}");
    String head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(body.length());
    return (head + body).getBytes(StandardCharsets.US_ASCII);
  }

  /** Where it listens. */
  String url() {
    return "http://" + listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort();
  }

  /**
   * Answers nothing until a time of {@link System#nanoTime}; requests are still taken.
   *
   * @return the moment from which no answer leaves before that time, but for those under way
   */
  long stopUntil(long time) {
    silentUntil = time;
    return System.nanoTime();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        Thread.ofVirtual().name("stub-connection").start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    open.add(socket);
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      OutputStream out = socket.getOutputStream();
      while (request(in)) {
        for (long left = left(); left > 0; left = left()) {
          LockSupport.parkNanos(left);
        }
        out.write(answer);
      }
    } catch (IOException e) {
      // The other side is gone, or this one is closed.
    } finally {
      open.remove(socket);
    }
  }

  private long left() {
    return silentUntil - System.nanoTime();
  }

  /** Reads a request to its end; false if there is none. */
  private static boolean request(InputStream in) throws IOException {
    String line = line(in);
    if (line.isEmpty()) {
      return false;
    }
    long length = 0;
    for (line = line(in); !line.isEmpty(); line = line(in)) {
      String header = line.toLowerCase(Locale.ROOT);
      if (header.startsWith("content-length:")) {
        length = Long.parseLong(header.substring(header.indexOf(':') + 1).strip());
      }
    }
    in.skipNBytes(length);
    return true;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (line.length() == LONGEST_LINE) {
        throw new IOException("a line of the request is too long");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
