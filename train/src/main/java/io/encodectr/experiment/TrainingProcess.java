package io.encodectr.experiment;

import io.encodectr.dataset.Dataset;
import io.encodectr.dataset.UserFraction;
import io.encodectr.file.InputException;
import io.encodectr.file.Json;
import io.encodectr.train.TrainOptions;
import io.encodectr.train.process.ChildJvm;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The process that trains one model: {@code request.json} in the folder named by its argument says
 * what. How many samples are done stands in the file {@code samples-done}.
 */
final class TrainingProcess {
  static final String REQUEST = "request.json";
  static final String COUNTER = "samples-done";

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long COUNT_EVERY_NANOS = 100_000_000L;

  private TrainingProcess() {}

  /**
   * What is to be trained, on what, and by which program: jars may have been built anew since the
   * experiment began.
   */
  record Request(
      String program, String data, double fraction, int threads, Map<String, Object> options) {}

  /** The entry; the argument is the run's folder. */
  public static void main(String[] arguments) throws IOException {
    ChildJvm.endWithParent();
    Path path = Path.of(arguments[0]);
    Request request = Json.read(path.resolve(REQUEST), Request.class);
    if (!request.program().equals(ProgramVersion.current())) {
      throw new InputException(
          "Encode was built anew while this experiment ran: it began with "
              + request.program()
              + ", and the class path now holds "
              + ProgramVersion.current()
              + "; start the experiment again, with --overwrite or --mixed-programs");
    }
    String method = String.valueOf(request.options().get("method"));
    TrainOptions options = TrainOptions.defaults(method).with(request.options());
    try (Dataset dataset =
            Dataset.open(Path.of(request.data()), new UserFraction(request.fraction()));
        RandomAccessFile counter = new RandomAccessFile(path.resolve(COUNTER).toFile(), "rw")) {
      new LocalTraining(dataset, request.threads(), TrainingProcess::peakMemory)
          .train(RunFolder.at(path), options, counting(counter));
    }
  }

  private static LongConsumer counting(RandomAccessFile counter) {
    return new LongConsumer() {
      private long next = System.nanoTime();

      @Override
      public void accept(long samples) {
        if (System.nanoTime() - next < 0) {
          return;
        }
        next = System.nanoTime() + COUNT_EVERY_NANOS;
        try {
          counter.seek(0);
          counter.writeLong(samples);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  /** Reads the counter; 0 if there is none yet. */
  static long count(Path counter) throws IOException {
    byte[] bytes = Files.exists(counter) ? Files.readAllBytes(counter) : new byte[0];
    return bytes.length < Long.BYTES ? 0 : ByteBuffer.wrap(bytes).getLong();
  }

  /** The largest resident memory of this process so far, where the system tells. */
  private static @Nullable Long peakMemory() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmHWM:")) {
          return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      // Not Linux.
    }
    return null;
  }
}
