package io.encodectr.bench.online;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * ENCODE in ONNX Runtime, on one thread, all its optimizations on. Inputs and output lie off the
 * heap where it reads and writes them, and are made before the clock starts.
 */
final class OnnxContender implements Contender {
  private final String name;
  private final long multiplyAdds;
  private final int block;
  private final EncodeTensors tensors;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final List<Map<String, OnnxTensor>> inputs = new ArrayList<>();
  private final List<Map<String, OnnxTensor>> outputs = new ArrayList<>();
  private final List<OnnxTensor> open = new ArrayList<>();
  private FloatBuffer logits = floats(0);

  /**
   * A graph of {@link EncodeGraph}.
   *
   * @param block candidates of a call
   */
  OnnxContender(String name, byte[] graph, EncodeTensors tensors, long multiplyAdds, int block) {
    this.name = name;
    this.tensors = tensors;
    this.multiplyAdds = multiplyAdds;
    this.block = block;
    try {
      environment = OrtEnvironment.getEnvironment();
      environment.setTelemetry(false);
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        session = environment.createSession(graph, options);
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
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
  public void take(OnlineRequest request) {
    try {
      release();
      tensors.take(request);
      int d = tensors.d;
      int n = tensors.candidates.length;
      OnnxTensor userContext = tensor(tensors.userContext, 1, tensors.userWidth);
      OnnxTensor recent = tensor(tensors.recent, tensors.recent.length / d, d);
      OnnxTensor recentKeys = tensor(tensors.recentKeys, d, tensors.recent.length / d);
      OnnxTensor interests = tensor(tensors.interests, tensors.interests.length / d, d);
      OnnxTensor interestKeys = tensor(tensors.interestKeys, d, tensors.interests.length / d);
      logits = floats(n);
      for (int from = 0; from < n; from += block) {
        int count = Math.min(block, n - from);
        LongBuffer ids = bytes(count * Long.BYTES).asLongBuffer();
        ids.put(tensors.candidates, from, count).flip();
        inputs.add(
            Map.of(
                EncodeGraph.CANDIDATES,
                opened(OnnxTensor.createTensor(environment, ids, new long[] {count})),
                EncodeGraph.USER_CONTEXT,
                userContext,
                EncodeGraph.RECENT,
                recent,
                EncodeGraph.RECENT_KEYS,
                recentKeys,
                EncodeGraph.INTERESTS,
                interests,
                EncodeGraph.INTEREST_KEYS,
                interestKeys));
        FloatBuffer part = logits.slice(from, count);
        long[] shape = {count, 1};
        outputs.add(
            Map.of(EncodeGraph.LOGITS, opened(OnnxTensor.createTensor(environment, part, shape))));
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void score(float[] out) {
    for (int i = 0; i < inputs.size(); i++) {
      try (OrtSession.Result done = session.run(inputs.get(i), outputs.get(i))) {
        if (done.size() != 1) {
          throw new IllegalStateException(done.size() + " outputs");
        }
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }
    logits.get(0, out, 0, logits.capacity());
  }

  private OnnxTensor tensor(float[] values, long... shape) throws OrtException {
    FloatBuffer buffer = floats(values.length);
    buffer.put(values).flip();
    return opened(OnnxTensor.createTensor(environment, buffer, shape));
  }

  private OnnxTensor opened(OnnxTensor tensor) {
    open.add(tensor);
    return tensor;
  }

  private static FloatBuffer floats(int count) {
    return bytes(count * Float.BYTES).asFloatBuffer();
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocateDirect(count).order(ByteOrder.nativeOrder());
  }

  private void release() {
    open.forEach(OnnxTensor::close);
    open.clear();
    inputs.clear();
    outputs.clear();
  }

  @Override
  public void close() {
    release();
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
