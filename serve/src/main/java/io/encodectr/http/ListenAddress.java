package io.encodectr.http;

import io.encodectr.file.InputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/**
 * Where a listener listens.
 *
 * @param host a name or an address
 * @param port 0: any free one
 */
public record ListenAddress(String host, int port) {
  private static final int LAST_PORT = 65_535;

  /**
   * Checks the port's range.
   *
   * @throws InputException if it is none
   */
  public ListenAddress {
    if (port < 0 || port > LAST_PORT) {
      throw new InputException("port " + port + " is none; give one from 0 to " + LAST_PORT);
    }
  }

  /** Its address. */
  InetAddress address() {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new InputException("there is no address of host '" + host + "' here", e);
    }
  }

  /** Whether only this machine reaches it. */
  public boolean isLoopback() {
    return address().isLoopbackAddress();
  }

  /**
   * Tries to listen, so that the reason is known when it cannot be done.
   *
   * @throws InputException if it cannot
   */
  public void requireFree() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address(), port));
    } catch (IOException e) {
      throw new InputException(
          "cannot listen on %s, port %d: %s; choose another port, or end what uses it"
              .formatted(host, port, e.getMessage()),
          e);
    }
  }

  /** The host as it stands in a URL. */
  String inUrl() {
    String text = address().isAnyLocalAddress() ? "localhost" : host;
    return text.contains(":") && !text.startsWith("[") ? "[" + text + "]" : text;
  }
}
