package io.encodectr.behavior.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.encodectr.behavior.Event;
import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.DatasetFixture;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.generation.EventInput;
import io.encodectr.generation.ExtractionJob;
import io.encodectr.generation.ExtractionJob.Result;
import io.encodectr.generation.Generation;
import io.encodectr.generation.GenerationManifest;
import io.encodectr.generation.Store;
import io.encodectr.model.Model;
import io.encodectr.model.ModelFixture;
import io.encodectr.progress.Progress;
import io.encodectr.scoring.ModelItems;
import io.encodectr.scoring.UserEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extraction beside a log that goes on: by a checkpoint over HTTP, and from folders. */
class ServedEventsTest {
  private static final long SEED = 3;
  private static final long START = 1_700_000_000L;
  private static final long END = START + 100;

  @TempDir private Path folder;
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicBoolean refuses = new AtomicBoolean();
  private FolderEventLog log;
  private HttpServer admin;
  private Dataset dataset;
  private Model model;

  @BeforeEach
  void serve() throws IOException {
    log = FolderEventLog.open(folder.resolve("events"));
    admin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    admin.createContext(
        "/admin/events/checkpoint",
        exchange -> {
          String target =
              Json.mapper().readTree(exchange.getRequestBody()).get("folder").asString();
          asked.incrementAndGet();
          if (!refuses.get()) {
            log.checkpoint(Path.of(target));
          }
          byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(refuses.get() ? 503 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    admin.start();
    DatasetFixture fixture =
        new DatasetFixture(20, 50).itemSets("genre", 4, i -> new int[] {i % 4});
    for (int user = 0; user < 20; user++) {
      fixture.history(user, START + 50, 1, 2, 3, user);
    }
    dataset = fixture.behavior(0, 1, END - 1).open(folder.resolve("dataset"));
    ModelFixture.write(folder.resolve("model"), "encode", dataset, SEED);
    model = Model.load(folder.resolve("model"));
  }

  @AfterEach
  void close() {
    admin.stop(0);
    log.close();
    dataset.close();
  }

  private ServedEvents service() {
    return new ServedEvents("http://127.0.0.1:" + admin.getAddress().getPort());
  }

  private Result extract(EventInput events, Progress progress) throws IOException {
    var options = new ExtractionJob.Options(null, 1, true, 0);
    return new ExtractionJob(
            dataset, model, ModelItems.of(model).table(), folder.resolve("store"), options, events)
        .run(progress);
  }

  private void append(String user, String item, long time) throws IOException {
    log.append(List.of(new Event(null, user, item, time, null)));
  }

  @Test
  void aServiceIsAskedForACheckpointWhichIsGoneAfterwards() throws IOException {
    append("u3", "i7", END);
    append("new", "i8", END + 1);
    append("u3", "never seen", END + 2);
    append("u3", "i9", END - 1);
    Result result = extract(service(), Progress.NONE);
    assertThat(asked).hasValue(1);
    assertThat(result.events()).isEqualTo(2);
    assertThat(result.unknownItemEvents()).isEqualTo(1);
    assertThat(result.eventUsers()).isEqualTo(1);
    assertThat(result.eventsThrough()).isEqualTo(4);
    try (Generation generation = Store.open(folder.resolve("store")).openCurrent()) {
      assertThat(generation.find("u3").behaviors()).isEqualTo(5);
      assertThat(generation.find("new").recentItems()).containsExactly(8);
      assertThat(since(log, "u3", generation.manifest()).count()).isZero();
      append("u3", "i1", END); // Late, but it arrived after the checkpoint.
      assertThat(since(log, "u3", generation.manifest()).items()).containsExactly("i1");
    }
    try (Stream<Path> entries = Files.list(folder.resolve("store"))) {
      assertThat(entries.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("generations", "current", ".lock");
    }
  }

  @Test
  void aKilledExtractionGoesOnWithItsCheckpoint() throws IOException {
    append("u3", "i7", END);
    Progress stopping =
        (name, total, unit) -> {
          throw new IllegalStateException("stopped");
        };
    assertThatThrownBy(() -> extract(service(), stopping)).hasMessage("stopped");
    append("u3", "i8", END + 1);
    assertThat(extract(service(), Progress.NONE).eventsThrough()).isEqualTo(1);
    assertThat(asked).hasValue(1);
    assertThat(extract(service(), Progress.NONE).eventsThrough()).isEqualTo(2);
    assertThat(asked).hasValue(2);
  }

  @Test
  void foldersGiveTheSameBytes() throws IOException {
    append("u3", "i7", END);
    append("u4", "i7", END + 3);
    String served = extract(service(), Progress.NONE).generation();
    Path copy = folder.resolve("copy");
    log.checkpoint(copy);
    try (EventFolder checkpoint = new EventFolder(copy)) {
      assertThat(extract(checkpoint, Progress.NONE).generation()).isEqualTo(served);
    }
    assertThatThrownBy(() -> new EventFolder(folder.resolve("events")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("in use");
    log.close();
    try (EventFolder stopped = new EventFolder(folder.resolve("events"))) {
      assertThat(extract(stopped, Progress.NONE).generation()).isEqualTo(served);
    }
  }

  @Test
  void whatGoesWrongIsSaid() {
    assertThatThrownBy(() -> new ServedEvents("http://a b")).isInstanceOf(InputException.class);
    refuses.set(true);
    assertThatThrownBy(() -> extract(service(), Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("503");
    admin.stop(0);
    assertThatThrownBy(() -> extract(service(), Progress.NONE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no service answers");
    assertThatThrownBy(() -> new EventFolder(folder.resolve("dataset")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no event log");
  }

  private static UserEvents since(FolderEventLog log, String user, GenerationManifest generation)
      throws IOException {
    return log.since(user, generation, 50, item -> true, Long.MAX_VALUE);
  }
}
