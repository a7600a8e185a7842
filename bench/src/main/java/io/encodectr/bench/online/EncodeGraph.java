package io.encodectr.bench.online;

import java.util.ArrayList;
import java.util.List;

/**
 * ENCODE's online stage as an ONNX graph: target attention over real-time behaviors and over
 * interests (Eq. 10), then the tower.
 */
final class EncodeGraph {
  static final String CANDIDATES = "candidates";
  static final String USER_CONTEXT = "user_context";
  static final String RECENT = "recent";
  static final String RECENT_KEYS = "recent_keys";
  static final String INTERESTS = "interests";
  static final String INTEREST_KEYS = "interest_keys";
  static final String LOGITS = "logits";

  private static final String AXIS = "axis";

  private EncodeGraph() {}

  /** Everything for each candidate: the whole input of the tower's first layer, then the layer. */
  static byte[] whole(EncodeTensors t) {
    OnnxGraph graph = new OnnxGraph("encode");
    List<String> interest = attention(graph, t);
    graph.constant("item_input", t.itemInput, t.rows, t.itemWidth);
    graph.node("item", "Gather", "item_input", CANDIDATES);
    graph.node("count", "Shape", CANDIDATES);
    graph.constant("user_width", t.userWidth);
    graph.node("user_shape", "Concat", List.of("count", "user_width"), AXIS, 0);
    graph.node("user", "Expand", USER_CONTEXT, "user_shape");
    List<String> parts = new ArrayList<>(List.of("user", "item"));
    parts.addAll(interest);
    graph.node("x", "Concat", parts, AXIS, 1);
    graph.constant("weights1", t.weights1, t.userWidth + t.itemWidth + t.interestWidth, t.first);
    graph.constant("bias1", t.bias1, t.first);
    return tower(graph, t, graph.node("layer1", "Gemm", "x", "weights1", "bias1"));
  }

  /** The first layer split as ours: user part once, item part from a table, interest part. */
  static byte[] split(EncodeTensors t) {
    OnnxGraph graph = new OnnxGraph("encode-split");
    List<String> interest = attention(graph, t);
    graph.node("x", "Concat", interest, AXIS, 1);
    graph.constant("user_weights", t.userWeights(), t.userWidth, t.first);
    graph.constant("bias1", t.bias1, t.first);
    graph.node("user_part", "Gemm", USER_CONTEXT, "user_weights", "bias1");
    graph.constant("item_parts", t.itemParts, t.rows, t.first);
    graph.node("item_part", "Gather", "item_parts", CANDIDATES);
    graph.node("start", "Add", "item_part", "user_part");
    graph.constant("interest_weights", t.interestWeights(), t.interestWidth, t.first);
    return tower(graph, t, graph.node("layer1", "Gemm", "x", "interest_weights", "start"));
  }

  /** Inputs, and r, r⊙e, l, l⊙e. */
  private static List<String> attention(OnnxGraph graph, EncodeTensors t) {
    graph.integers(CANDIDATES, "n");
    graph.floats(USER_CONTEXT, 1, t.userWidth);
    graph.floats(RECENT, "recents", t.d);
    graph.floats(RECENT_KEYS, t.d, "recents");
    graph.floats(INTERESTS, "count", t.d);
    graph.floats(INTEREST_KEYS, t.d, "count");
    graph.constant("embeddings", t.embeddings, t.rows, t.d);
    graph.constant("units", t.units, t.rows, t.d);
    graph.node("e", "Gather", "embeddings", CANDIDATES);
    graph.node("unit", "Gather", "units", CANDIDATES);
    attend(graph, "r", t.recentByCosine, RECENT, RECENT_KEYS);
    attend(graph, "l", t.longByCosine, INTERESTS, INTEREST_KEYS);
    return List.of("r", "re", "l", "le");
  }

  private static void attend(
      OnnxGraph graph, String name, boolean cosine, String values, String keys) {
    graph.node(name + "_similarity", "MatMul", cosine ? "unit" : "e", keys);
    graph.node(name + "_weight", "Softmax", List.of(name + "_similarity"), AXIS, 1);
    graph.node(name, "MatMul", name + "_weight", values);
    graph.node(name + "e", "Mul", name, "e");
  }

  private static byte[] tower(OnnxGraph graph, EncodeTensors t, String layer1) {
    graph.node("hidden1", "Relu", layer1);
    graph.constant("weights2", t.weights2, t.first, t.second);
    graph.constant("bias2", t.bias2, t.second);
    graph.node("layer2", "Gemm", "hidden1", "weights2", "bias2");
    graph.node("hidden2", "Relu", "layer2");
    graph.constant("weights3", t.weights3, t.second, 1);
    graph.constant("bias3", t.bias3, 1);
    graph.node(LOGITS, "Gemm", "hidden2", "weights3", "bias3");
    graph.output(LOGITS, "n", 1);
    return graph.model();
  }
}
