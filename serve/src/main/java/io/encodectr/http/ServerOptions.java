package io.encodectr.http;

import io.encodectr.file.InputException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a server listens.
 *
 * @param address of the service
 * @param admin address of the admin listener
 * @param token what callers must send; required unless both addresses are loopback
 * @param tls certificate and key of the service's listener; null: plain HTTP. The admin listener is
 *     plain on a loopback address and has the same TLS on any other
 * @param limits of requests
 * @param notice how long a stopping server goes on accepting requests while it says that it is not
 *     ready, so that load balancers turn away
 * @param grace how long requests that have begun may then take
 */
public record ServerOptions(
    ListenAddress address,
    ListenAddress admin,
    @Nullable AccessToken token,
    @Nullable PemFiles tls,
    Limits limits,
    Duration notice,
    Duration grace) {
  /**
   * Checks that nobody is let in unasked.
   *
   * @throws InputException if an address that others reach has no token
   */
  public ServerOptions {
    for (ListenAddress each : new ListenAddress[] {address, admin}) {
      if (token == null && !each.isLoopback()) {
        throw new InputException(
            "%s can be reached from other machines, so a token is needed: give --token-file FILE, or listen on 127.0.0.1"
                .formatted(each.host()));
      }
    }
  }
}
