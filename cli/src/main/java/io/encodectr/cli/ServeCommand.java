package io.encodectr.cli;

import io.encodectr.file.InputException;
import io.encodectr.generation.InterestSource.UserList;
import io.encodectr.generation.StoreLocation;
import io.encodectr.http.AccessToken;
import io.encodectr.http.Limits;
import io.encodectr.http.ListenAddress;
import io.encodectr.http.PemFiles;
import io.encodectr.http.ServerOptions;
import io.encodectr.model.Model;
import io.encodectr.online.OnlineOptions;
import io.encodectr.online.OnlineService;
import io.encodectr.service.PairLocation;
import io.encodectr.service.ScoringPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code encode serve}. */
@Command(
    name = "serve",
    description = {
      "Scores over HTTP until it is stopped, by a model and its interests.",
      "",
      "Lengths of time: 500ms, 30s, 5m, 12h, 7d. SIGTERM or Ctrl-C stops it: it says that it is not"
          + " ready, answers what has begun, and ends."
    })
final class ServeCommand implements Callable<Integer> {
  /** Where it listens unless told otherwise. */
  static final String HOST = "127.0.0.1";

  /** Port for everybody who scores. */
  static final String PORT = "8080";

  /** Port for whoever runs it. */
  static final String ADMIN_PORT = "8081";

  /** Kept, because the log of the JDK forgets the level of a logger that nobody holds. */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
  private static final int LOOKED_AT = 1000;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  @Option(names = "--model", required = true, paramLabel = "FOLDER", description = "The model.")
  private Path model;

  @Option(
      names = "--store",
      required = true,
      paramLabel = "FOLDER|URL",
      description =
          "The store with the model's interests, made by extract: a folder, or the address of a"
              + " server that extract or publish published to, redis://HOST:PORT.")
  private String store;

  @Option(
      names = "--events",
      paramLabel = "FOLDER|URL",
      description =
          "Where what users do is kept until the next extraction: a folder, or the address of a"
              + " server that services share, redis://HOST:PORT (default: events in the store's"
              + " folder).")
  private @Nullable String events;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description =
          "The dataset of the interests: shows whole histories in the explorer (default: what the"
              + " store holds).")
  private @Nullable Path data;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      defaultValue = HOST,
      description =
          "Address to listen on (default: ${DEFAULT-VALUE}); one that other machines reach needs"
              + " --token-file.")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = PORT,
      description = "Port (default: ${DEFAULT-VALUE}); 0 takes a free one and prints it.")
  private int port;

  @Option(
      names = "--admin-host",
      paramLabel = "HOST",
      defaultValue = HOST,
      description = "Address of the admin listener (default: ${DEFAULT-VALUE}).")
  private String adminHost;

  @Option(
      names = "--admin-port",
      paramLabel = "N",
      defaultValue = ADMIN_PORT,
      description = "Port of the admin listener (default: ${DEFAULT-VALUE}); 0 takes a free one.")
  private int adminPort;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the token that callers send as Authorization: Bearer TOKEN.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "Certificates in PEM, the server's first; makes it HTTPS.")
  private @Nullable Path tlsCertificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Private key in PEM (PKCS #8, no password).")
  private @Nullable Path tlsKey;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Threads that score (default: --threads, else all cores).")
  private @Nullable Integer workers;

  @Option(
      names = "--queue",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "Requests that may wait for a worker (default: ${DEFAULT-VALUE}); beyond it: 429.")
  private int queue;

  @Option(
      names = "--patience",
      paramLabel = "TIME",
      defaultValue = "250ms",
      description =
          "How long a request may wait for a worker (default: ${DEFAULT-VALUE}); refused at once if"
              + " it would have to wait longer.")
  private String patience;

  @Option(
      names = "--stale-after",
      paramLabel = "TIME",
      defaultValue = "7d",
      description =
          "Age from which answers say that the interests are stale (default: ${DEFAULT-VALUE});"
              + " 0s: never.")
  private String staleAfter;

  @Option(
      names = "--warm-up",
      paramLabel = "TIME",
      defaultValue = "2s",
      description = "How long it scores by itself before it is ready (default: ${DEFAULT-VALUE}).")
  private String warmUp;

  @Option(
      names = "--watch",
      paramLabel = "FOLDER",
      description =
          "Puts a pair into service when one appears: a folder in FOLDER that holds a model and a"
              + " store.")
  private @Nullable Path watch;

  @Option(
      names = "--follow",
      description = "Puts a new generation of the store into service when extract publishes one.")
  private boolean follow;

  @Option(
      names = "--artifacts",
      paramLabel = "FOLDER",
      description =
          "Folder that further models and stores must lie in, if not in --watch; may be given"
              + " several times (default: the folders around --model and --store).")
  private List<Path> artifacts = new ArrayList<>();

  @Option(
      names = "--max-candidates",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Most items of a request (default: ${DEFAULT-VALUE}).")
  private int maxCandidates;

  @Option(
      names = "--max-body",
      paramLabel = "BYTES",
      defaultValue = "1048576",
      description = "Largest body (default: ${DEFAULT-VALUE}).")
  private int maxBody;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      defaultValue = "1024",
      description = "Most open connections (default: ${DEFAULT-VALUE}); further ones wait.")
  private int maxConnections;

  @Option(
      names = "--silence",
      paramLabel = "TIME",
      defaultValue = "30s",
      description =
          "How long a connection may be silent before it is closed (default: ${DEFAULT-VALUE}).")
  private String silence;

  @Option(
      names = "--notice",
      paramLabel = "TIME",
      defaultValue = "0s",
      description =
          "How long it goes on after SIGTERM while it says that it is not ready, for load balancers"
              + " to notice (default: ${DEFAULT-VALUE}).")
  private String notice;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      defaultValue = "10s",
      description = "How long requests that have begun may then take (default: ${DEFAULT-VALUE}).")
  private String grace;

  @Override
  public Integer call() throws IOException {
    HELIDON.setLevel(common.verbose() ? Level.INFO : Level.WARNING);
    LogConfigurator.serve();
    try (OnlineService online = OnlineService.start(options())) {
      Thread stop = Thread.ofPlatform().name("encode-stop").unstarted(online::close);
      Runtime.getRuntime().addShutdownHook(stop);
      try {
        print(online);
        online.awaitEnd();
      } catch (InterruptedException e) {
        LOG.info("interrupted; stopping");
      } finally {
        removeHook(stop);
      }
    }
    return Encode.DONE;
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the process is ending, so the hook does its work");
    }
  }

  private OnlineOptions options() {
    if ((tlsCertificate == null) != (tlsKey == null)) {
      throw new InputException("TLS needs both: --tls-cert and --tls-key");
    }
    var server =
        new ServerOptions(
            new ListenAddress(host, port),
            new ListenAddress(adminHost, adminPort),
            tokenFile == null ? null : AccessToken.read(tokenFile),
            tlsCertificate == null || tlsKey == null ? null : new PemFiles(tlsCertificate, tlsKey),
            Limits.DEFAULT
                .withBody(maxBody)
                .withCandidates(maxCandidates)
                .withConnections(maxConnections)
                .withTimes(TimeSpan.of("--silence", silence), Limits.DEFAULT.receiving()),
            TimeSpan.of("--notice", notice),
            TimeSpan.of("--grace", grace));
    StoreLocation location = StoreLocation.parse(store);
    var stale = TimeSpan.of("--stale-after", staleAfter);
    return new OnlineOptions(
        new PairLocation(model, location, null),
        events == null ? eventsIn(location) : StoreLocation.parse(events),
        server,
        workers == null ? common.threads() : workers,
        queue,
        TimeSpan.of("--patience", patience),
        stale.isZero() ? null : stale,
        TimeSpan.of("--warm-up", warmUp),
        artifacts(location),
        watch,
        follow,
        data,
        arithmetic.scoring());
  }

  private static StoreLocation eventsIn(StoreLocation store) {
    if (!store.isFolder()) {
      throw new InputException(
          "a shared store has no folder for events; say with --events where what users do is kept:"
              + " a folder, or the address of a server that keeps what it acknowledged");
    }
    return StoreLocation.of(store.folder().resolve("events"));
  }

  /** Never without the folders it starts with: links are resolved before anything is compared. */
  private List<Path> artifacts(StoreLocation location) {
    List<Path> all = new ArrayList<>(artifacts);
    List<Path> own = location.isFolder() ? List.of(model, location.folder()) : List.of(model);
    for (Path folder : own) {
      Path real = real(folder);
      all.add(real);
      if (artifacts.isEmpty()) {
        all.add(parent(real));
        all.add(parent(folder.toAbsolutePath()));
      }
    }
    if (watch != null) {
      all.add(watch);
    }
    return all;
  }

  private static Path real(Path folder) {
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw new InputException("there is no folder " + folder, e);
    }
  }

  private static Path parent(Path absolute) {
    return absolute.getParent() == null ? absolute : absolute.getParent();
  }

  private void print(OnlineService online) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("address", online.address().toString());
    result.put("admin", online.adminAddress().toString());
    @Nullable String tried =
        online
            .service()
            .pairs()
            .read(pair -> {
              result.put("model", pair.fingerprint());
              result.put("generation", pair.generation());
              result.put("users", pair.manifest().users());
              result.put("items", pair.model().items());
              return request(pair);
            });
    common.printer().print(result);
    common.printer().remark("look: " + online.address() + "/explorer/");
    if (tried != null) {
      common.printer().remark("try: curl -s " + online.address() + "/v1/score " + curl() + tried);
    }
  }

  private String curl() {
    return (tokenFile == null ? "" : "-H \"Authorization: Bearer $(cat " + tokenFile + ")\" ")
        + "-H 'Content-Type: application/json' -d ";
  }

  /** A body for the shell, of ids that need no escaping; null if there are no such. */
  static @Nullable String request(ScoringPair pair) {
    UserList listed = pair.scorer().generation().listed();
    String user =
        plain(listed.size(), rank -> listed.id((rank + listed.size() / 2) % listed.size()), 1)
            .findFirst()
            .orElse("u1");
    Model scored = pair.model();
    List<String> items =
        plain(scored.items(), row -> scored.itemIds().id((int) row), 3)
            .map(id -> '"' + id + '"')
            .toList();
    return items.isEmpty()
        ? null
        : "'{\"user\":\"%s\",\"items\":[%s]}'".formatted(user, String.join(",", items));
  }

  /** The first ids that mean the same to JSON and to every shell. */
  private static Stream<String> plain(long count, LongFunction<String> id, int most) {
    return LongStream.range(0, Math.min(count, LOOKED_AT))
        .mapToObj(id)
        .filter(each -> PLAIN.matcher(each).matches())
        .limit(most);
  }
}
