package io.encodectr.train.torch;

import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.train.process.LostProcessException;
import io.encodectr.train.process.ProcessGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.ByteVector;
import org.bytedeco.pytorch.FileStore;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * The place where the processes of a training meet: a file, for processes of one machine, or {@code
 * HOST:PORT} of process 0, which serves it.
 *
 * <p>Nothing is encrypted and nobody is asked for a password: the network between the processes has
 * to be trusted. Processes that meet in a file talk over loopback alone.
 */
public final class Rendezvous {
  private static final long POLL_MILLISECONDS = 50;
  private static final String LOOPBACK = "127.0.0.1";
  private static final String ADDRESS = "address";

  private final String place;
  private final @Nullable InetSocketAddress server;
  private final int rank;
  private final int size;
  private final Duration limit;

  /**
   * One process's way to the others.
   *
   * @param place a file that does not exist yet, or {@code HOST:PORT}
   * @param rank this process's number, 0 to {@code size} − 1
   * @param size number of processes
   * @param limit how long to wait for another process, here and later
   * @throws InputException if a value does not fit
   */
  public Rendezvous(String place, int rank, int size, Duration limit) {
    if (size < 1 || rank < 0 || rank >= size) {
      throw new InputException(
          "rank " + rank + " of world size " + size + ": ranks go from 0 to world size - 1");
    }
    this.place = place;
    this.rank = rank;
    this.size = size;
    this.limit = limit;
    server = server(place);
  }

  private static @Nullable InetSocketAddress server(String place) {
    int colon = place.lastIndexOf(':');
    if (colon <= 0 || !place.substring(colon + 1).matches("\\d{1,5}")) {
      return null;
    }
    int port = Integer.parseInt(place.substring(colon + 1));
    if (port < 1 || port > 0xffff) {
      throw new InputException("rendezvous " + place + ": a port is from 1 to 65535");
    }
    InetSocketAddress address = new InetSocketAddress(place.substring(0, colon), port);
    if (address.isUnresolved()) {
      throw new InputException("rendezvous " + place + ": there is no host of that name");
    }
    return address;
  }

  /**
   * Waits for the other processes and connects to them.
   *
   * @param identity what all processes must agree on; plain JSON values by name
   * @param watch called again and again while waiting; may throw
   * @throws InputException if another process differs in the identity, or has the same rank
   * @throws LostProcessException if the others do not come in time
   */
  public ProcessGroup join(Map<String, ?> identity, Runnable watch) {
    LibTorch.start();
    String address = address();
    Store store = open();
    try {
      return join(store, address, identity, watch);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private ProcessGroup join(Store store, String address, Map<String, ?> identity, Runnable watch) {
    Map<String, Object> own = new LinkedHashMap<>(identity);
    own.put(ADDRESS, address);
    if (store.add("arrivals of " + rank, 1) > 1) {
      throw new InputException(
          "rendezvous "
              + place
              + ": rank "
              + rank
              + " is there already; give each process a rank of its own, and each training a place"
              + " of its own");
    }
    store.set(key(rank), new ByteVector(Json.mapper().writeValueAsBytes(own)));
    awaitAll(store, watch);
    List<Map<String, Object>> all = new ArrayList<>();
    for (int other = 0; other < size; other++) {
      all.add(
          Json.mapper()
              .readValue(store.get(key(other)).get(), new TypeReference<Map<String, Object>>() {}));
    }
    requireSame(all);
    requireReachable(all);
    try {
      return new GlooGroup(
          store, new ProcessGroupGloo(store, rank, size, options(address)), rank, size, limit);
    } catch (RuntimeException e) {
      throw GlooGroup.lost(e, limit);
    }
  }

  private ProcessGroupGloo.Options options(String address) {
    ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(milliseconds());
    options.devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(address)));
    options.threads(1);
    return options;
  }

  private Store open() {
    try {
      if (server == null) {
        Store store = new FileStore(Path.of(place).toAbsolutePath().toString(), size);
        store.setTimeout(milliseconds());
        return store;
      }
      requireServer(server);
      TCPStoreOptions options = new TCPStoreOptions();
      options.isServer(rank == 0);
      options.port((short) server.getPort());
      options.waitWorkers(false);
      options.timeout(milliseconds());
      return new TCPStore(server.getHostString(), options);
    } catch (RuntimeException e) {
      throw e instanceof LostProcessException || e instanceof InputException
          ? e
          : new LostProcessException("rendezvous " + place + ": cannot be opened", e);
    }
  }

  /**
   * Sees to it that process 0 can serve, and the others reach it. LibTorch would find out too, but
   * it prints its own stack on the way.
   */
  private void requireServer(InetSocketAddress address) {
    if (rank == 0) {
      try {
        new ServerSocket(address.getPort()).close();
        return;
      } catch (IOException e) {
        throw new InputException(
            "rendezvous " + place + ": port " + address.getPort() + " is not free: " + e);
      }
    }
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      long left = end - System.nanoTime();
      try (Socket socket = new Socket()) {
        socket.connect(address, Math.clamp(left / 1_000_000, 1, 5_000));
        return;
      } catch (IOException e) {
        if (left <= 0) {
          throw new LostProcessException(
              "rendezvous "
                  + place
                  + ": process 0 cannot be reached there for "
                  + limit.toSeconds()
                  + " seconds: "
                  + e.getMessage(),
              e);
        }
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for other processes", e);
    }
  }

  private void awaitAll(Store store, Runnable watch) {
    long end = System.nanoTime() + limit.toNanos();
    List<Integer> missing = missing(store);
    while (!missing.isEmpty()) {
      watch.run();
      if (System.nanoTime() - end > 0) {
        throw new LostProcessException(
            "rendezvous "
                + place
                + ": waited "
                + limit.toSeconds()
                + " seconds in vain for the processes of rank "
                + missing
                + " of "
                + size,
            null);
      }
      pause();
      missing = missing(store);
    }
  }

  private List<Integer> missing(Store store) {
    List<Integer> missing = new ArrayList<>();
    try {
      for (int other = 0; other < size; other++) {
        if (!store.check(new StringVector(key(other)))) {
          missing.add(other);
        }
      }
    } catch (RuntimeException e) {
      throw new LostProcessException("rendezvous " + place + ": process 0 has ended", e);
    }
    return missing;
  }

  private static String key(int rank) {
    return "identity of " + rank;
  }

  private void requireSame(List<Map<String, Object>> all) {
    Map<String, Object> first = all.getFirst();
    for (int other = 1; other < size; other++) {
      Map<String, Object> its = all.get(other);
      Set<String> names = new LinkedHashSet<>(first.keySet());
      names.addAll(its.keySet());
      names.remove(ADDRESS);
      List<String> differences = new ArrayList<>();
      for (String name : names) {
        if (!Objects.equals(first.get(name), its.get(name))) {
          differences.add(name + " is " + first.get(name) + " and " + its.get(name));
        }
      }
      if (!differences.isEmpty()) {
        throw new InputException(
            "processes 0 and "
                + other
                + " do not train the same: "
                + String.join("; ", differences)
                + ". Start all of them with the same options, dataset and version");
      }
    }
  }

  /** A host name may mean loopback on its own machine, where no other machine gets through. */
  private void requireReachable(List<Map<String, Object>> all) {
    Map<Integer, Object> local = new TreeMap<>();
    for (int other = 0; other < size; other++) {
      Object address = all.get(other).get(ADDRESS);
      if (InetAddress.ofLiteral(String.valueOf(address)).isLoopbackAddress()) {
        local.put(other, address);
      }
    }
    if (!local.isEmpty() && local.size() < size) {
      throw new InputException(
          "rendezvous "
              + place
              + ": means this machine alone to processes "
              + local
              + "; give the address of process 0 by which the others reach it");
    }
  }

  /** The address of this machine that the others reach it by: the one it reaches process 0 by. */
  private String address() {
    if (server == null) {
      return LOOPBACK;
    }
    // Connecting a datagram socket sends nothing; it chooses the way.
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(server);
      InetAddress address = socket.getLocalAddress();
      return address.getHostAddress();
    } catch (IOException | UncheckedIOException e) {
      throw new InputException("rendezvous " + place + ": no way leads there: " + e.getMessage());
    }
  }

  private Milliseconds milliseconds() {
    return new Milliseconds(limit.toMillis());
  }
}
