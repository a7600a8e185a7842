package io.encodectr.bench;

import io.encodectr.generation.RecordFormat;
import io.encodectr.generation.UserInterests;
import io.encodectr.generation.UserInterests.Feature;
import io.encodectr.generation.UserInterests.Members;
import io.encodectr.interest.InterestPrecision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time of reading and writing the record of a user with 30 interests and 50 recent behaviors. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class GenerationBenchmark {
  private static final int INTERESTS = 30;
  private static final int MEMBERS = 8;
  private static final int RECENT = 50;
  private static final int ITEMS = 100_000;

  /** How vectors are stored. */
  @Param public InterestPrecision precision = InterestPrecision.FLOAT32;

  private final SplittableRandom random = new SplittableRandom(1);
  private final UserInterests user = user();
  private RecordFormat format = format(precision);
  private ByteBuffer record = ByteBuffer.allocate(0);

  /** Writes the record. */
  @Setup
  public void setUp() {
    format = format(precision);
    record = ByteBuffer.allocate(format.length(user)).order(ByteOrder.LITTLE_ENDIAN);
    encode();
  }

  /** What a look-up does once the record is found. */
  @Benchmark
  public UserInterests decode() {
    return format.decode(record.clear(), 7, "the record");
  }

  /** What an extraction does once the interests are known. */
  @Benchmark
  public ByteBuffer encode() {
    format.encode(7, user, record.clear());
    return record;
  }

  private static RecordFormat format(InterestPrecision precision) {
    return new RecordFormat(Histories.DIMENSION, INTERESTS, RECENT, ITEMS, false, precision);
  }

  private UserInterests user() {
    float[] vectors = new float[INTERESTS * Histories.DIMENSION];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) random.nextGaussian();
    }
    Members[] members = new Members[INTERESTS];
    for (int k = 0; k < INTERESTS; k++) {
      members[k] = new Members(items(MEMBERS), new float[MEMBERS]);
    }
    Feature[] features = {Feature.categorical(3), Feature.categorical(1)};
    return new UserInterests(
        300,
        300,
        vectors,
        items(INTERESTS),
        new float[0],
        members,
        items(RECENT),
        new long[RECENT],
        features);
  }

  private int[] items(int count) {
    return random.ints(count, 0, ITEMS).toArray();
  }
}
