package io.encodectr.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when a listener is gone while its process lives on: Helidon gives one up for good at the
 * first connection that it cannot accept, as when the process has too many files open. Asks by
 * connecting; only a connection that is refused several times in a row counts. Runs on a thread of
 * its own.
 */
final class ListenerWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ListenerWatch.class);
  private static final int ENOUGH = 3;
  private static final int PATIENCE_MILLIS = 1000;

  private final Timer timer = new Timer("encode-listeners", true);
  private final Map<InetSocketAddress, Integer> refused = new HashMap<>();
  private final List<InetSocketAddress> addresses;
  private final Runnable lost;

  /**
   * @param addresses of the listeners
   * @param period between two questions
   * @param lost is run once, when a listener is gone
   */
  ListenerWatch(List<InetSocketAddress> addresses, Duration period, Runnable lost) {
    this.addresses = List.copyOf(addresses);
    this.lost = lost;
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            look();
          }
        },
        period.toMillis(),
        period.toMillis());
  }

  /** Where to ask a listener of an address: one that listens everywhere listens on loopback. */
  static InetSocketAddress of(InetAddress address, int port) {
    return new InetSocketAddress(
        address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address, port);
  }

  private void look() {
    for (InetSocketAddress address : addresses) {
      int times = isRefused(address) ? refused.merge(address, 1, Integer::sum) : 0;
      refused.put(address, times);
      if (times == ENOUGH) {
        LOG.error("nothing listens on {} any more", address);
        timer.cancel();
        lost.run();
        return;
      }
    }
  }

  private static boolean isRefused(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, PATIENCE_MILLIS);
      return false;
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      // Too busy, or no descriptor left to ask with: that says nothing of the listener.
      return false;
    }
  }

  @Override
  public void close() {
    timer.cancel();
  }
}
