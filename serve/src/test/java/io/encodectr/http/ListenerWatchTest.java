package io.encodectr.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ListenerWatchTest {
  private static final Duration PERIOD = Duration.ofMillis(20);

  @Test
  void aListenerThatIsGoneIsNoticedOnce() throws Exception {
    CountDownLatch noticed = new CountDownLatch(1);
    AtomicInteger times = new AtomicInteger();
    ServerSocket one = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    try (ServerSocket other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ListenerWatch watch =
            new ListenerWatch(
                List.of(
                    (InetSocketAddress) other.getLocalSocketAddress(),
                    (InetSocketAddress) one.getLocalSocketAddress()),
                PERIOD,
                () -> {
                  times.incrementAndGet();
                  noticed.countDown();
                })) {
      one.accept().close();
      other.accept().close();
      assertThat(noticed.getCount()).as("both listen").isEqualTo(1);
      one.close();
      noticed.await();
      Thread.sleep(200);
      assertThat(times).hasValue(1);
    }
  }

  @Test
  void aListenerOnEveryAddressIsAskedOnLoopback() throws Exception {
    assertThat(ListenerWatch.of(InetAddress.getByName("0.0.0.0"), 80).getAddress())
        .isEqualTo(InetAddress.getLoopbackAddress());
    assertThat(ListenerWatch.of(InetAddress.getByName("192.0.2.1"), 80).getHostString())
        .isEqualTo("192.0.2.1");
  }
}
