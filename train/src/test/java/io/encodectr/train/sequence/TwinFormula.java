package io.encodectr.train.sequence;

import io.encodectr.sequence.TwinSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** TWIN written as the paper has it, in LibTorch operations. */
public final class TwinFormula {
  private TwinFormula() {}

  /**
   * One target's l.
   *
   * @param w TWIN's tensors by name
   * @param table embeddings of all items
   * @param history item rows, oldest first
   * @param target {@code [1 × d]}
   * @param retrieved k
   */
  public static Tensor attend(
      Function<String, Tensor> w, Tensor table, int[] history, Tensor target, int retrieved) {
    int n = history.length;
    int d = (int) table.size(1);
    Tensor s = Twin.rows(table, history, 0, n);
    Tensor bias = bias(w.apply("twin.count"), w.apply("twin.recency"), history);
    Tensor keys = s.matmul(w.apply("twin.key"));
    Tensor values = s.matmul(w.apply("twin.value"));
    Tensor query = target.matmul(w.apply("twin.query")).squeeze(0);
    int width = d / TwinSequence.HEADS;
    List<Tensor> alphas = new ArrayList<>();
    for (int h = 0; h < TwinSequence.HEADS; h++) {
      Tensor ofHead = keys.narrow(1, (long) h * width, width);
      alphas.add(
          ofHead
              .matmul(query.narrow(0, (long) h * width, width))
              .mul(new Scalar(1 / Math.sqrt(width)))
              .add(bias));
    }
    double[] total = new double[n];
    for (Tensor alpha : alphas) {
      float[] own = Twin.floats(alpha);
      for (int i = 0; i < n; i++) {
        total[i] += own[i];
      }
    }
    int[] selected =
        IntStream.range(0, n)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(i -> total[i])
                    .thenComparing(Comparator.naturalOrder())
                    .reversed())
            .limit(retrieved)
            .mapToInt(i -> i)
            .toArray();
    List<Tensor> heads = new ArrayList<>();
    for (int h = 0; h < TwinSequence.HEADS; h++) {
      Tensor weight =
          Twin.rows(alphas.get(h).unsqueeze(1), selected, 0, selected.length).softmax(0);
      Tensor value =
          Twin.rows(values, selected, 0, selected.length).narrow(1, (long) h * width, width);
      heads.add(weight.t().matmul(value));
    }
    return torch
        .cat(new TensorVector(heads.toArray(Tensor[]::new)), 1)
        .matmul(w.apply("twin.output"));
  }

  /** The cross features' numbers of each behavior, summed. */
  static Tensor bias(Tensor count, Tensor recency, int[] history) {
    int n = history.length;
    int[] clicks = new int[n];
    int[] age = new int[n];
    for (int i = 0; i < n; i++) {
      int item = history[i];
      clicks[i] = log2((int) Arrays.stream(history).filter(h -> h == item).count());
      age[i] = log2(n - i);
    }
    return Twin.rows(count.t(), clicks, 0, n).add(Twin.rows(recency.t(), age, 0, n)).squeeze(1);
  }

  private static int log2(int n) {
    return (int) Math.floor(Math.log(n) / Math.log(2) + 1e-9);
  }
}
