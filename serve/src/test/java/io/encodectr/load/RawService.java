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
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A service whose every answer a test writes itself, byte by byte if it likes. */
final class RawService implements Closeable {
  /** Answers one request. */
  interface Behavior {
    /**
     * @param number of the request, from 0, over all connections
     * @param request its first line
     * @return whether the connection stays open
     */
    boolean answer(int number, String request, OutputStream out) throws Exception;
  }

  private final ServerSocket listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final Behavior behavior;
  private final boolean resets;
  private final Thread acceptor;

  RawService(Behavior behavior) throws IOException {
    this(behavior, false);
  }

  /**
   * @param resets whether connections end by a reset, as after a crash, rather than by a word
   */
  RawService(Behavior behavior, boolean resets) throws IOException {
    this.behavior = behavior;
    this.resets = resets;
    acceptor = Thread.ofVirtual().start(this::accept);
  }

  static void write(OutputStream out, int status, String body) throws IOException {
    out.write(
        ("HTTP/1.1 %d Something\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(status, body.length(), body))
            .getBytes(StandardCharsets.US_ASCII));
  }

  Endpoint endpoint() throws IOException {
    return Endpoint.of(url(), null, null, null);
  }

  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  /** How many connections there have been. */
  int connections() {
    return sockets.size();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      if (resets) {
        socket.setSoLinger(true, 0);
      }
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (String first = line(in); !first.isEmpty(); first = line(in)) {
        int length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
          if (line.toLowerCase(Locale.ROOT).startsWith("content-length: ")) {
            length = Integer.parseInt(line.substring(16));
          }
        }
        in.readNBytes(length);
        if (!behavior.answer(requests.getAndIncrement(), first, socket.getOutputStream())) {
          return;
        }
      }
    } catch (Exception e) {
      // The client has gone.
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** Nobody gets a connection, or an answer, after this. */
  @Override
  public void close() throws IOException {
    listener.close();
    try {
      // A thread within accept may take one more connection while the port is being closed.
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
