package io.encodectr.bench.online;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * An ONNX model, put together node by node. Field numbers are those of onnx.proto; a node's output
 * has the node's name.
 */
final class OnnxGraph {
  private static final long IR_VERSION = 8;
  private static final long OPERATORS = 17;
  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int INT_ATTRIBUTE = 2;

  private final ProtoWriter graph = new ProtoWriter();

  OnnxGraph(String name) {
    graph.text(2, name);
  }

  /** A node with one whole-number attribute, or none if {@code attribute} is empty. */
  String node(String name, String operator, List<String> inputs, String attribute, long value) {
    ProtoWriter node = new ProtoWriter();
    inputs.forEach(input -> node.text(1, input));
    node.text(2, name).text(3, name).text(4, operator);
    if (!attribute.isEmpty()) {
      node.message(
          5, new ProtoWriter().text(1, attribute).integer(3, value).integer(20, INT_ATTRIBUTE));
    }
    graph.message(1, node);
    return name;
  }

  String node(String name, String operator, String... inputs) {
    return node(name, operator, List.of(inputs), "", 0);
  }

  /** A constant of floats. */
  String constant(String name, float[] values, long... dimensions) {
    ByteBuffer raw = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES));
    raw.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return constant(name, FLOAT, raw.array(), dimensions);
  }

  /** A constant of whole numbers. */
  String constant(String name, long... values) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(values);
    return constant(name, INT64, raw.array(), values.length);
  }

  private String constant(String name, int type, byte[] raw, long... dimensions) {
    ProtoWriter tensor = new ProtoWriter();
    for (long dimension : dimensions) {
      tensor.integer(1, dimension);
    }
    graph.message(5, tensor.integer(2, type).text(8, name).bytes(9, raw));
    return name;
  }

  /** An input of floats. */
  String floats(String name, Object... dimensions) {
    graph.message(11, value(name, FLOAT, dimensions));
    return name;
  }

  /** An input of whole numbers. */
  String integers(String name, Object... dimensions) {
    graph.message(11, value(name, INT64, dimensions));
    return name;
  }

  /** Makes a node's floats an output. */
  void output(String name, Object... dimensions) {
    graph.message(12, value(name, FLOAT, dimensions));
  }

  /** Dimensions are numbers, or names of what is known at run time. */
  private static ProtoWriter value(String name, int type, Object... dimensions) {
    ProtoWriter shape = new ProtoWriter();
    for (Object dimension : dimensions) {
      ProtoWriter one = new ProtoWriter();
      shape.message(
          1,
          dimension instanceof Number number
              ? one.integer(1, number.longValue())
              : one.text(2, dimension.toString()));
    }
    ProtoWriter tensor = new ProtoWriter().integer(1, type).message(2, shape);
    return new ProtoWriter().text(1, name).message(2, new ProtoWriter().message(1, tensor));
  }

  /** The model's bytes. */
  byte[] model() {
    return new ProtoWriter()
        .integer(1, IR_VERSION)
        .text(2, "encode-bench")
        .message(7, graph)
        .message(8, new ProtoWriter().text(1, "").integer(2, OPERATORS))
        .toByteArray();
  }
}
