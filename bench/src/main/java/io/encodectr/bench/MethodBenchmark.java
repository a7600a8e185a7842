package io.encodectr.bench;

import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;
import io.encodectr.sequence.LongSequence;
import io.encodectr.sequence.Method;
import io.encodectr.sequence.SequenceSpec;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time a user of each method that has no tensors to learn: taking the history alone, and with 1 and
 * 14 targets. What ENCODE extracts ahead is in {@link SequenceBenchmark}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class MethodBenchmark {
  private static final int USERS = 100;
  private static final int ITEMS = 100_000;

  /** The method. */
  @Param({"din-l", "sim-hard", "eta", "eta-encode", "eta-ta", "sdim", "encode"})
  public String method = "din-l";

  /** Behaviors of each history. */
  @Param({"150", "272", "1500"})
  public int length;

  private final ItemTable items = Histories.items(ITEMS, 1);
  private final float[] out = new float[14 * Histories.DIMENSION];
  private final int[] targets = Histories.histories(ITEMS, 14, 1, 3);
  private int[] histories = {};
  private LongSequence sequence = sequence(method);

  private static LongSequence sequence(String name) {
    Method method = Method.named(name);
    Relevance relevance =
        Relevance.named(method.attendsBy("cosine") ? "cosine" : "dot", 20f, Histories.DIMENSION);
    return method.newSequence(
        new SequenceSpec(
            method,
            Histories.DIMENSION,
            Histories.LOW_DIMENSION,
            30,
            15,
            20f,
            relevance,
            "kmeans",
            "none",
            50,
            5),
        Map.of(Method.DEFAULT, new float[Histories.DIMENSION])::get);
  }

  /** Draws the histories. */
  @Setup
  public void setUp() {
    histories = Histories.histories(ITEMS, USERS, length, 2);
    sequence = sequence(method);
  }

  /** What is done once a history. */
  @Benchmark
  @OperationsPerInvocation(USERS)
  public LongSequence history() {
    for (int u = 0; u < USERS; u++) {
      sequence.history(items, histories, u * length, length, u);
    }
    return sequence;
  }

  /** A history and one target. */
  @Benchmark
  @OperationsPerInvocation(USERS)
  public float[] attendFromOne() {
    return attend(1);
  }

  /** A history and fourteen targets. */
  @Benchmark
  @OperationsPerInvocation(USERS)
  public float[] attendFromFourteen() {
    return attend(14);
  }

  private float[] attend(int count) {
    for (int u = 0; u < USERS; u++) {
      sequence.history(items, histories, u * length, length, u);
      sequence.attend(items, targets, 0, count, out, 0, Histories.DIMENSION);
    }
    return out;
  }
}
