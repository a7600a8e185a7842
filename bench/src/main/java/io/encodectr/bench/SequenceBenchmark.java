package io.encodectr.bench;

import io.encodectr.cluster.Clustering;
import io.encodectr.interest.ClusterMass;
import io.encodectr.interest.InterestExtractor;
import io.encodectr.interest.Interests;
import io.encodectr.item.ItemTable;
import io.encodectr.relevance.Relevance;
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
 * Time a user of extracting interests ahead; what is left for a request is in {@link
 * MethodBenchmark}. Run either twice, with {@code -jvmArgsAppend -Dencode.kernels=scalar} and
 * {@code vector}, to compare twins.
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
}
