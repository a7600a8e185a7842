package io.encodectr.bench.peers;

import io.encodectr.file.FloatColumn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * DIN-L or ENCODE in LibTorch operations alone, on padded blocks: gather, projection, KMeans,
 * attention, tower, losses, autograd and dense Adam. Not thread-safe.
 */
final class TorchModel {
  private static final int SUM = 2;

  private final TrainingProblem problem;
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final TensorVector all = new TensorVector();
  private final Adam adam;
  private double optimizerSeconds;

  /** The model at the problem's start. */
  TorchModel(Path folder, TrainingProblem problem) throws IOException {
    this.problem = problem;
    int d = problem.dimension();
    parameter(folder, "item.id", -1, d);
    if (problem.isEncode()) {
      parameter(folder, "projection", d, problem.lowDimension());
    }
    List<Integer> widths = new ArrayList<>(List.of(5 * d));
    widths.addAll(problem.tower());
    widths.add(1);
    for (int layer = 0; layer + 1 < widths.size(); layer++) {
      parameter(folder, weight(layer), widths.get(layer), widths.get(layer + 1));
      parameter(folder, bias(layer), widths.get(layer + 1));
    }
    adam = new Adam(all, new AdamOptions(problem.learningRate()));
  }

  private static String weight(int layer) {
    return "tower." + layer + ".weight";
  }

  private static String bias(int layer) {
    return "tower." + layer + ".bias";
  }

  private void parameter(Path folder, String name, long... shape) throws IOException {
    float[] values = FloatColumn.map(folder.resolve("weights").resolve(name + ".npy")).toArray();
    Tensor leaf = torch.tensor(values).view(shape).clone().set_requires_grad(true);
    parameters.put(name, leaf);
    all.push_back(leaf);
  }

  /** A parameter by its name in weights files. */
  Tensor parameter(String name) {
    return Objects.requireNonNull(parameters.get(name), name);
  }

  /** Seconds of the last step that were the optimizer's. */
  double optimizerSeconds() {
    return optimizerSeconds;
  }

  /** Learns from a batch; its mean cross-entropy and triplet loss. */
  double[] step(List<TorchBlock> blocks) {
    double[] losses = gradients(blocks);
    long start = System.nanoTime();
    try (PointerScope scope = new PointerScope()) {
      adam.step();
    }
    optimizerSeconds = (System.nanoTime() - start) * 1e-9;
    return losses;
  }

  /** Computes a batch's gradients anew; its mean cross-entropy and triplet loss. */
  double[] gradients(List<TorchBlock> blocks) {
    long samples = blocks.stream().mapToLong(block -> block.size).sum();
    long anchors = blocks.stream().mapToLong(block -> block.anchors).sum();
    adam.zero_grad();
    double entropy = 0;
    double triplets = 0;
    for (TorchBlock block : blocks) {
      try (PointerScope scope = new PointerScope()) {
        Tensor e = torch.embedding(parameter("item.id"), block.target);
        Tensor s = torch.embedding(parameter("item.id"), block.history);
        Tensor h = problem.isEncode() ? unit(s.detach().matmul(parameter("projection"))) : s;
        Tensor v = problem.isEncode() ? interests(block, s, h, e) : attend(s, block.padding, e);
        Tensor logits = tower(e, recent(block, e), v);
        Tensor loss =
            torch.binary_cross_entropy_with_logits(
                logits, block.label, new TensorOptional(), new TensorOptional(), SUM);
        entropy += loss.item_float();
        loss = loss.div(new Scalar((double) samples));
        if (problem.isEncode()) {
          Tensor own = triplets(block, s.detach(), h);
          triplets += own.item_float();
          loss = loss.add(own.mul(new Scalar(problem.tripletWeight() / anchors)));
        }
        loss.backward();
      }
    }
    return new double[] {entropy / samples, triplets / anchors};
  }

  private static Tensor sum(Tensor x, long dimension, boolean keep) {
    return x.sum(new long[] {dimension}, keep, new ScalarTypeOptional());
  }

  private static Tensor unit(Tensor x) {
    return x.mul(sum(x.mul(x), -1, true).clamp_min(new Scalar(1e-24)).rsqrt());
  }

  /** Row index[b, i] of each table[b]. */
  private static Tensor rows(Tensor table, Tensor index) {
    return table.gather(1, index.unsqueeze(2).expand(-1, -1, table.size(2)));
  }

  private static Tensor weighted(Tensor similarities, Tensor padding, Tensor values) {
    Tensor weights = similarities.masked_fill(padding, new Scalar(-1e9)).softmax(1);
    return torch.bmm(weights.unsqueeze(1), values).squeeze(1);
  }

  private Tensor recent(TorchBlock block, Tensor e) {
    Tensor keys = torch.embedding(parameter("item.id"), block.recent);
    Tensor similarities = torch.bmm(keys, e.unsqueeze(2)).squeeze(2);
    return weighted(
        similarities.mul(new Scalar(1 / Math.sqrt(problem.dimension()))),
        block.recentPadding,
        keys);
  }

  /** Attention by cosine (Eqs. 9 and 10). */
  private Tensor attend(Tensor keys, Tensor padding, Tensor e) {
    Tensor cosines = torch.bmm(unit(keys), unit(e).unsqueeze(2)).squeeze(2);
    return weighted(cosines.mul(new Scalar((double) problem.beta())), padding, keys);
  }

  private Tensor interests(TorchBlock block, Tensor s, Tensor h, Tensor e) {
    int k = problem.clusters();
    Tensor[] found = cluster(block, h.detach());
    Tensor cluster = found[0];
    Tensor weights =
        found[1]
            .sub(new Scalar(1.0))
            .mul(new Scalar((double) problem.beta()))
            .exp()
            .mul(block.mask);
    Tensor total = torch.zeros(block.size, k).scatter_add_(1, cluster, weights);
    weights = weights.div(total.gather(1, cluster).clamp_min(new Scalar(1e-30)));
    Tensor interests =
        torch
            .zeros(block.size, k, problem.dimension())
            .scatter_add(1, cluster.unsqueeze(2).expand_as(s), s.mul(weights.unsqueeze(2)));
    return attend(interests, total.le(new Scalar(0.0)), e);
  }

  /** Cluster of each behavior and its cosine with the center (Algorithm 1). */
  private Tensor[] cluster(TorchBlock block, Tensor h) {
    try (NoGradGuard guard = new NoGradGuard()) {
      Tensor masked = h.mul(block.mask.unsqueeze(2));
      Tensor centers = rows(h, Objects.requireNonNull(block.centers));
      Tensor absent = Objects.requireNonNull(block.centerPadding);
      for (int t = 1; ; t++) {
        Tensor similarity = torch.bmm(h, centers.transpose(1, 2));
        T_TensorTensor_T nearest = similarity.masked_fill_(absent, new Scalar(-2.0)).max(2);
        Tensor cosine = nearest.get0();
        Tensor cluster = nearest.get1();
        if (t == problem.iterations()) {
          return new Tensor[] {cluster, cosine};
        }
        centers = move(block, h, masked, centers, cluster, cosine, absent.squeeze(1));
      }
    }
  }

  private static Tensor move(
      TorchBlock block,
      Tensor h,
      Tensor masked,
      Tensor centers,
      Tensor cluster,
      Tensor cosine,
      Tensor absent) {
    Tensor sums =
        torch.zeros_like(centers).scatter_add_(1, cluster.unsqueeze(2).expand_as(h), masked);
    Tensor turned = sum(sums.mul(sums), 2, true).gt(new Scalar(1e-24));
    Tensor moved = torch.where(turned, unit(sums), centers);
    Tensor counts =
        torch.zeros(centers.size(0), centers.size(1)).scatter_add_(1, cluster, block.mask);
    Tensor empty = counts.eq(new Scalar(0.0)).logical_and(absent.logical_not()).nonzero();
    if (empty.size(0) > 0) {
      cosine.masked_fill_(block.padding, new Scalar(2.0));
      long[] places = new long[(int) empty.numel()];
      new LongPointer(empty.contiguous().data_ptr_long()).get(places);
      for (int i = 0; i < places.length; i += 2) {
        Tensor own = cosine.select(0, places[i]);
        long farthest = own.argmin().item_long();
        moved
            .select(0, places[i])
            .select(0, places[i + 1])
            .copy_(h.select(0, places[i]).select(0, farthest));
        own.select(0, farthest).fill_(new Scalar(2.0));
      }
    }
    return moved;
  }

  /** Sum of the losses of Eq. 6 with the margins of Eq. 7. */
  private static Tensor triplets(TorchBlock block, Tensor s, Tensor h) {
    Tensor first = Objects.requireNonNull(block.first);
    Tensor second = Objects.requireNonNull(block.second);
    Tensor unit = unit(s);
    Tensor s1 = sum(unit.mul(rows(unit, first)), 2, false);
    Tensor s2 = sum(unit.mul(rows(unit, second)), 2, false);
    Tensor h1 = sum(h.mul(rows(h, first)), 2, false);
    Tensor h2 = sum(h.mul(rows(h, second)), 2, false);
    Tensor margin = s1.sub(s2);
    Tensor difference = torch.where(margin.ge(new Scalar(0.0)), h2.sub(h1), h1.sub(h2));
    return torch.relu(difference.add(margin.abs())).mul(block.mask).sum();
  }

  private Tensor tower(Tensor e, Tensor r, Tensor v) {
    Tensor hidden = torch.cat(new TensorVector(e, r, r.mul(e), v, v.mul(e)), 1);
    int last = problem.tower().size();
    for (int layer = 0; layer <= last; layer++) {
      hidden = torch.addmm(parameter(bias(layer)), hidden, parameter(weight(layer)));
      hidden = layer == last ? hidden.squeeze(1) : torch.relu(hidden);
    }
    return hidden;
  }
}
