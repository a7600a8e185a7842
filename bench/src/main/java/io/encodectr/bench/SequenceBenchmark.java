package io.encodectr.bench;

import io.encodectr.cluster.Clustering;
import io.encodectr.interest.ClusterMass;
import io.encodectr.interest.InterestExtractor;
import io.encodectr.interest.Interests;
import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;
import io.encodectr.sequence.AttentionSequence;
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
 * Time a user: extraction of interests, and full target attention (DIN-L) from 1 and 14 targets.
 * Run it twice, with {@code -jvmArgsAppend -Dencode.kernels=scalar} and {@code vector}, to compare
 * twins.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SequenceBenchmark {
  private static final int USERS = 100;
  private static final int ITEMS = 100_000;

  /** Behaviors of each history. */
  @Param({"150", "272", "1500"})
  public int length;

  private final ItemTable items = Histories.items(ITEMS, 1);
  private final Relevance relevance = Relevance.cosine(20f);
  private final InterestExtractor extractor =
      new InterestExtractor(
          relevance,
          Clustering.named("kmeans", relevance, 30, 15, Histories.LOW_DIMENSION),
          30,
          ClusterMass.NONE,
          null);
  private final Interests interests = new Interests(30, Histories.DIMENSION);
  private final AttentionSequence full =
      new AttentionSequence(relevance, new float[Histories.DIMENSION]);
  private final float[] out = new float[14 * Histories.DIMENSION];
  private final int[] targets = Histories.histories(ITEMS, 14, 1, 3);
  private int[] histories = {};

  /** Draws the histories. */
  @Setup
  public void setUp() {
    histories = Histories.histories(ITEMS, USERS, length, 2);
  }

  /** Algorithm 1 for each user. */
  @Benchmark
  @OperationsPerInvocation(USERS)
  public Interests extract() {
    for (int u = 0; u < USERS; u++) {
      extractor.extract(items, histories, u * length, length, u, interests);
    }
    return interests;
  }

  /** DIN-L from one target. */
  @Benchmark
  @OperationsPerInvocation(USERS)
  public float[] attendFromOne() {
    return attend(1);
  }

  /** DIN-L from fourteen targets that share a history. */
  @Benchmark
  @OperationsPerInvocation(USERS)
  public float[] attendFromFourteen() {
    return attend(14);
  }

  private float[] attend(int count) {
    for (int u = 0; u < USERS; u++) {
      full.history(items, histories, u * length, length, u);
      full.attend(items, targets, 0, count, out, 0, Histories.DIMENSION);
    }
    return out;
  }
}
