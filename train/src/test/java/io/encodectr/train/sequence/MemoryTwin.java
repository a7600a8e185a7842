package io.encodectr.train.sequence;

import io.encodectr.memory.MemoryWeights;
import io.encodectr.train.batch.Batch;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * MIMN's memory in LibTorch operations, as it is usually written: all histories at once, padded at
 * the front to one length, with a mask that lets padded steps change nothing.
 */
public final class MemoryTwin {
  private final Function<String, Tensor> weights;
  private final int d;
  private Tensor vectors;
  private Tensor usage;

  /** A memory over tensors named as in the weights file. */
  public MemoryTwin(Function<String, Tensor> weights, int dimension) {
    this.weights = name -> weights.apply("memory." + name);
    d = dimension;
  }

  /**
   * Runs over all histories of a batch, padded at the front to the longest with item 1.
   *
   * @param table embeddings of the batch's items
   */
  public void run(Tensor table, Batch batch) {
    int groups = batch.groups();
    int longest = IntStream.range(0, groups).map(batch::historyLength).max().orElse(0);
    int[] rows = new int[groups * longest];
    Arrays.fill(rows, 1);
    float[] mask = new float[rows.length];
    for (int g = 0; g < groups; g++) {
      int length = batch.historyLength(g);
      int to = (g + 1) * longest - length;
      System.arraycopy(batch.histories(), batch.historyStart()[g], rows, to, length);
      Arrays.fill(mask, to, to + length, 1f);
    }
    run(
        Twin.rows(table, rows, 0, rows.length).view(groups, longest, d),
        Twin.tensor(mask, groups, longest, 1));
  }

  /**
   * Runs over histories.
   *
   * @param embeddings {@code [groups × steps × d]}
   * @param mask {@code [groups × steps × 1]}, 1 for behaviors and 0 for padding
   */
  private void run(Tensor embeddings, Tensor mask) {
    int slots = MemoryWeights.SLOTS;
    long groups = embeddings.size(0);
    Tensor h = zeros(groups, d);
    Tensor r = zeros(groups, d);
    Tensor memory = weights.apply("start").unsqueeze(0).expand(groups, slots, d);
    Tensor induced = zeros(groups, slots, d);
    usage = zeros(groups, slots);
    for (long t = 0; t < embeddings.size(1); t++) {
      Tensor e = embeddings.select(1, t);
      Tensor on = mask.select(1, t);
      Tensor input =
          times(e, "controller.input")
              .add(times(r, "controller.read"))
              .add(weights.apply("controller.bias"));
      Tensor newH = unit(input, times(h, "controller.state"), h);
      Tensor heads = times(newH, "heads").add(weights.apply("heads.bias"));
      Tensor add = heads.narrow(1, 2L * d, d).tanh();
      Tensor erase = heads.narrow(1, 3L * d, d).sigmoid();
      Tensor strengths =
          newH.matmul(weights.apply("strengths").t()).add(weights.apply("strengths.bias"));
      Tensor readKey = heads.narrow(1, 0, d).tanh();
      Tensor writeKey = heads.narrow(1, d, d).tanh();
      Tensor reading = address(slots(memory, readKey), strengths.narrow(1, 0, 1));
      Tensor writing = address(slots(memory, writeKey), strengths.narrow(1, 1, 1));
      Tensor newR = torch.bmm(reading.unsqueeze(1), memory).squeeze(1);
      Tensor chosen =
          torch
              .one_hot(reading.argmax(new LongOptional(1), false), slots)
              .to(torch.ScalarType.Double)
              .unsqueeze(2);
      Tensor slotInput =
          times(e, "induction.input")
              .unsqueeze(1)
              .add(times(memory, "induction.memory"))
              .add(weights.apply("induction.bias"));
      Tensor newInduced = unit(slotInput, times(induced, "induction.state"), induced);
      Tensor weight = writing.unsqueeze(2);
      Tensor newMemory =
          memory
              .mul(torch.ones_like(memory).sub(weight.mul(erase.unsqueeze(1))))
              .add(weight.mul(add.unsqueeze(1)));
      h = choose(on, newH, h);
      r = choose(on, newR, r);
      induced = choose(on.unsqueeze(2).mul(chosen), newInduced, induced);
      memory = choose(on.unsqueeze(2), newMemory, memory);
      usage = usage.add(on.mul(writing));
    }
    vectors = torch.cat(new TensorVector(memory, induced), 1);
  }

  /** l of the targets {@code [t × d]} of one group. */
  public Tensor read(int group, Tensor targets) {
    Tensor v = vectors.select(0, group).unsqueeze(0).expand(targets.size(0), -1, d);
    Tensor key = times(targets, "query").add(weights.apply("query.bias")).tanh();
    Tensor strength =
        targets
            .matmul(weights.apply("query.strength").t())
            .add(weights.apply("query.strength.bias"));
    return torch.bmm(address(cosines(v, key), strength).unsqueeze(1), v).squeeze(1);
  }

  /** Σ_i (w̄_i − 1/4)² of a group whose history has so many behaviors. */
  public Tensor imbalance(int group, int length) {
    Tensor mean = usage.select(0, group).div(new Scalar(length));
    return mean.sub(new Scalar(1.0 / MemoryWeights.SLOTS)).square().sum();
  }

  private Tensor times(Tensor x, String matrix) {
    return x.matmul(weights.apply(matrix));
  }

  private static Tensor zeros(long... sizes) {
    return torch.zeros(sizes).to(torch.ScalarType.Double);
  }

  private static Tensor choose(Tensor on, Tensor one, Tensor other) {
    return on.mul(one).add(torch.ones_like(on).sub(on).mul(other));
  }

  /** Mean of the cosines with the slots' content and with their keys. */
  private Tensor slots(Tensor memory, Tensor key) {
    Tensor slotKeys = weights.apply("keys").unsqueeze(0).expand_as(memory);
    return cosines(memory, key).add(cosines(slotKeys, key)).mul(new Scalar(0.5));
  }

  private static Tensor cosines(Tensor vectors, Tensor key) {
    return torch.bmm(Twin.unit(vectors), Twin.unit(key).unsqueeze(2)).squeeze(2);
  }

  private static Tensor address(Tensor cosines, Tensor z) {
    Tensor strength = torch.softplus(z).add(new Scalar(1.0)).mul(new Scalar(2.0));
    return cosines.mul(strength).softmax(1);
  }

  /** A gated recurrent unit over the last dimension. */
  private Tensor unit(Tensor input, Tensor hidden, Tensor state) {
    long last = input.dim() - 1;
    Scalar open = new Scalar(1.0);
    Tensor reset = input.narrow(last, 0, d).add(hidden.narrow(last, 0, d)).add(open).sigmoid();
    Tensor keep = input.narrow(last, d, d).add(hidden.narrow(last, d, d)).add(open).sigmoid();
    Tensor fresh =
        input.narrow(last, 2L * d, d).add(reset.mul(hidden.narrow(last, 2L * d, d))).tanh();
    return keep.mul(state).add(torch.ones_like(keep).sub(keep).mul(fresh));
  }

  /** Sum over all entries. */
  static Tensor total(Tensor x) {
    return x.sum(new ScalarTypeOptional());
  }
}
