package io.encodectr.bench.online;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * ENCODE in LibTorch, on one thread, in inference mode. Inputs lie off the heap and are made before
 * the clock starts.
 */
final class TorchContender implements Contender {
  private final String name;
  private final long multiplyAdds;
  private final boolean split;
  private final int block;
  private final EncodeTensors tensors;
  private final List<Pointer> tables = new ArrayList<>();
  private final List<Pointer> request = new ArrayList<>();
  private final List<Tensor> candidates = new ArrayList<>();
  private final Tensor embeddings;
  private final Tensor units;
  private final Tensor items;
  private final Tensor firstWeights;
  private final Tensor userWeights;
  private final Tensor bias1;
  private final Tensor weights2;
  private final Tensor bias2;
  private final Tensor weights3;
  private final Tensor bias3;
  private Tensor userContext;
  private Tensor recent;
  private Tensor recentKeys;
  private Tensor interests;
  private Tensor interestKeys;

  /**
   * The tables.
   *
   * @param split whether the first layer's user part is computed once and its item part looked up
   * @param block candidates that pass all layers together
   */
  TorchContender(String name, EncodeTensors t, boolean split, long multiplyAdds, int block) {
    this.name = name;
    this.tensors = t;
    this.split = split;
    this.multiplyAdds = multiplyAdds;
    this.block = block;
    torch.set_num_threads(1);
    Loader.load(openblas_nolapack.class);
    org.bytedeco.openblas.presets.openblas_nolapack.blas_set_num_threads(1);
    embeddings = table(t.embeddings, t.rows, t.d);
    units = table(t.units, t.rows, t.d);
    items = split ? table(t.itemParts, t.rows, t.first) : table(t.itemInput, t.rows, t.itemWidth);
    firstWeights =
        split
            ? table(t.interestWeights(), t.interestWidth, t.first)
            : table(t.weights1, t.weights1.length / t.first, t.first);
    userWeights = table(t.userWeights(), t.userWidth, t.first);
    bias1 = table(t.bias1, t.first);
    weights2 = table(t.weights2, t.first, t.second);
    bias2 = table(t.bias2, t.second);
    weights3 = table(t.weights3, t.second, 1);
    bias3 = table(t.bias3, 1);
    userContext = bias1;
    recent = bias1;
    recentKeys = bias1;
    interests = bias1;
    interestKeys = bias1;
  }

  private Tensor table(float[] values, long... shape) {
    return tensor(tables, values, shape);
  }

  private static Tensor tensor(List<Pointer> owner, float[] values, long... shape) {
    FloatPointer memory = new FloatPointer(values);
    Tensor tensor = torch.from_blob(memory, shape);
    owner.add(tensor);
    owner.add(memory);
    return tensor;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long multiplyAdds() {
    return multiplyAdds;
  }

  @Override
  public void take(OnlineRequest taken) {
    release(request);
    candidates.clear();
    tensors.take(taken);
    int d = tensors.d;
    int recents = tensors.recent.length / d;
    int count = tensors.interests.length / d;
    userContext = tensor(request, tensors.userContext, 1, tensors.userWidth);
    recent = tensor(request, tensors.recent, recents, d);
    recentKeys = tensor(request, tensors.recentKeys, d, recents);
    interests = tensor(request, tensors.interests, count, d);
    interestKeys = tensor(request, tensors.interestKeys, d, count);
    LongPointer ids = new LongPointer(tensors.candidates);
    TensorOptions whole = new TensorOptions(torch.ScalarType.Long);
    for (int from = 0; from < tensors.candidates.length; from += block) {
      long[] shape = {Math.min(block, tensors.candidates.length - from)};
      Tensor part = torch.from_blob(ids.getPointer(from), shape, whole);
      request.add(part);
      candidates.add(part);
    }
    request.add(whole);
    request.add(ids);
  }

  @Override
  public void score(float[] logits) {
    try (InferenceMode mode = new InferenceMode();
        PointerScope scope = new PointerScope()) {
      Tensor user = split ? torch.addmm(bias1, userContext, userWeights) : userContext;
      for (int i = 0; i < candidates.size(); i++) {
        score(candidates.get(i), user, logits, i * block);
      }
    }
  }

  private void score(Tensor ids, Tensor user, float[] logits, int offset) {
    try (PointerScope scope = new PointerScope()) {
      Tensor e = torch.index_select(embeddings, 0, ids);
      Tensor unit = torch.index_select(units, 0, ids);
      Tensor r = attend(tensors.recentByCosine ? unit : e, recentKeys, recent);
      Tensor l = attend(tensors.longByCosine ? unit : e, interestKeys, interests);
      TensorVector parts = new TensorVector(r, r.mul(e), l, l.mul(e));
      Tensor item = torch.index_select(items, 0, ids);
      Tensor hidden =
          split
              ? item.add_(user).addmm_(torch.cat(parts, 1), firstWeights)
              : torch.addmm(bias1, whole(user, item, parts), firstWeights);
      hidden = torch.addmm(bias2, hidden.relu_(), weights2).relu_();
      Tensor result = torch.addmm(bias3, hidden, weights3);
      new FloatPointer(result.data_ptr_float()).get(logits, offset, (int) result.numel());
    }
  }

  private static Tensor attend(Tensor queries, Tensor keys, Tensor values) {
    return torch.mm(torch.softmax(torch.mm(queries, keys), 1), values);
  }

  private static Tensor whole(Tensor user, Tensor item, TensorVector interest) {
    Tensor rows = user.expand(item.size(0), user.size(1));
    return torch.cat(new TensorVector(rows, item, torch.cat(interest, 1)), 1);
  }

  private static void release(List<Pointer> owned) {
    owned.forEach(Pointer::close);
    owned.clear();
  }

  @Override
  public void close() {
    release(request);
    release(tables);
  }
}
