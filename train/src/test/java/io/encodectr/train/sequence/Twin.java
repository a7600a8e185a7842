package io.encodectr.train.sequence;

import java.util.Arrays;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The formulas of the sequence modules written down in LibTorch operations, in double precision,
 * for one group of targets at a time. What autograd makes of them is what our kernels are held to.
 */
public final class Twin {
  private Twin() {}

  /** A double tensor of float values. */
  public static Tensor tensor(float[] values, long... sizes) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values[i];
    }
    return torch.tensor(doubles).view(sizes);
  }

  /** A double tensor that collects a gradient. */
  public static Tensor leaf(float[] values, long... sizes) {
    return tensor(values, sizes).clone().set_requires_grad(true);
  }

  /** The rows of a table. */
  public static Tensor rows(Tensor table, int[] rows, int from, int count) {
    long[] index = new long[count];
    for (int i = 0; i < count; i++) {
      index[i] = rows[from + i];
    }
    return table.index_select(0, torch.tensor(index));
  }

  /** A leaf's gradient as floats, zeros if it has none. */
  public static float[] gradient(Tensor leaf) {
    Tensor gradient = leaf.grad();
    if (!gradient.defined()) {
      return new float[(int) leaf.numel()];
    }
    return floats(gradient);
  }

  /** A double tensor's values as floats. */
  public static float[] floats(Tensor tensor) {
    Tensor contiguous = tensor.detach().contiguous();
    double[] values = new double[(int) contiguous.numel()];
    new DoublePointer(contiguous.data_ptr_double()).get(values);
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** x/‖x‖ of each row; zero rows stay zero, and so does their gradient. */
  public static Tensor unit(Tensor x) {
    Tensor squared = x.mul(x).sum(new long[] {-1}, true, new ScalarTypeOptional());
    Tensor present = squared.gt(new Scalar(1e-24));
    Tensor safe = torch.where(present, squared, torch.ones_like(squared));
    return x.mul(torch.where(present, safe.rsqrt(), torch.zeros_like(safe)));
  }

  /**
   * Σ_i softmax_i(β·cos(k_i, x_t))·k_i, or of k_i·x_t/√d, for each target t.
   *
   * @param keys {@code [n × d]}
   * @param targets {@code [t × d]}
   */
  public static Tensor attention(Tensor keys, Tensor targets, boolean cosine, double beta) {
    double[] ones = new double[(int) keys.size(0)];
    Arrays.fill(ones, 1);
    return attention(keys, targets, cosine, beta, ones, torch.tensor(new double[ones.length]));
  }

  /** The same with a constant factor and a term for each key's logit. */
  public static Tensor attention(
      Tensor keys, Tensor targets, boolean cosine, double beta, double[] factors, Tensor terms) {
    Tensor similarity =
        cosine
            ? unit(targets).matmul(unit(keys).t()).mul(new Scalar(beta))
            : targets.matmul(keys.t()).mul(new Scalar(1 / Math.sqrt(keys.size(1))));
    return similarity.mul(torch.tensor(factors)).add(terms).softmax(1).matmul(keys);
  }

  /**
   * u_k = Σ_{i∈C_k} w_i·s_i (Eq. 8) with the given weights.
   *
   * @param behaviors {@code [n × d]}
   * @param weights {@code [n]}
   */
  public static Tensor interests(Tensor behaviors, int[] clusters, Tensor weights, int count) {
    return members(clusters, (int) behaviors.size(0), count).mul(weights).matmul(behaviors);
  }

  /** 1 where behavior i is in cluster k, {@code [count × n]}. */
  static Tensor members(int[] clusters, int n, int count) {
    float[] members = new float[count * n];
    for (int i = 0; i < n; i++) {
      members[clusters[i] * n + i] = 1;
    }
    return tensor(members, count, n);
  }

  /**
   * 1/16·Σ_g ν(Σ_{i collides with t in group g} s_i) for each target t (SDIM).
   *
   * @param behaviors {@code [n × d]}
   * @param collisions {@code [16 × targets × n]} of 0 and 1
   */
  public static Tensor hashed(Tensor behaviors, float[] collisions, int targets) {
    long n = behaviors.size(0);
    Tensor sums = tensor(collisions, 16, targets, n).matmul(behaviors);
    return unit(sums).mean(new long[] {0}, false, new ScalarTypeOptional());
  }

  /**
   * Sum of the anchors' metric losses (Eqs. 5 to 7, 12, Table 6); h is projected from constants s.
   *
   * @param table embeddings of all items
   */
  public static Tensor metricLoss(
      String loss, Tensor table, Tensor projection, DrawnPartners drawn) {
    int n = drawn.anchors().length;
    int each = drawn.each();
    int[] repeated = new int[n * each];
    Arrays.setAll(repeated, i -> drawn.anchors()[i / each]);
    Tensor s = table.detach();
    Tensor unitS = unit(s);
    Tensor unitH = unit(s.matmul(projection));
    Tensor cosS =
        cosines(rows(unitS, repeated, 0, n * each), rows(unitS, drawn.partners(), 0, n * each))
            .view(n, each);
    Tensor cosH =
        cosines(rows(unitH, repeated, 0, n * each), rows(unitH, drawn.partners(), 0, n * each))
            .view(n, each);
    if (loss.equals("mse")) {
      return cosH.sub(cosS).pow(new Scalar(2.0)).sum();
    }
    Tensor p = cosS.argmax(new LongOptional(1), true);
    if (loss.equals("n-pair")) {
      // One of the terms is exp(0) = 1, that of p itself.
      Tensor terms = cosH.sub(cosH.gather(1, p)).exp();
      return terms.sum(new long[] {1}, false, new ScalarTypeOptional()).log().sum();
    }
    Tensor other = torch.ones_like(p).sub(p);
    Tensor margin =
        loss.equals("triplet-fixed")
            ? torch.zeros_like(cosS.gather(1, p)).add(new Scalar(0.2))
            : cosS.gather(1, p).sub(cosS.gather(1, other));
    return torch.relu(cosH.gather(1, other).sub(cosH.gather(1, p)).add(margin)).sum();
  }

  private static Tensor cosines(Tensor a, Tensor b) {
    return a.mul(b).sum(new long[] {-1}, false, new ScalarTypeOptional());
  }
}
