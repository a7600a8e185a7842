package io.encodectr.train.torch;

import io.encodectr.train.process.ExchangeCost;
import io.encodectr.train.process.LostProcessException;
import io.encodectr.train.process.ProcessGroup;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Processes that exchange by LibTorch's Gloo over TCP. Sums go round a ring whose order is that of
 * the ranks, and each is finished by one process and copied to the others: all get the same bits,
 * and the same ones in each run of as many processes.
 */
final class GlooGroup implements ProcessGroup {
  private final Store store;
  private final ProcessGroupGloo gloo;
  private final int rank;
  private final int size;
  private final Duration limit;
  private FloatPointer floats = new FloatPointer(0L);
  private ExchangeCost cost = ExchangeCost.NONE;

  /**
   * @param store where the processes met; process 0 may serve it to the others
   * @param limit how long a call waits for the others
   */
  GlooGroup(Store store, ProcessGroupGloo gloo, int rank, int size, Duration limit) {
    this.store = store;
    this.gloo = gloo;
    this.rank = rank;
    this.size = size;
    this.limit = limit;
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void sum(double[] values) {
    long begun = System.nanoTime();
    try (PointerScope scope = new PointerScope()) {
      DoublePointer memory = new DoublePointer(values);
      TensorOptions type = new TensorOptions(ScalarType.Double);
      Tensor tensor = torch.from_blob(memory, new long[] {values.length}, type);
      await(() -> gloo.allreduce(new TensorVector(tensor)));
      memory.get(values);
    }
    cost = cost.plusWait(since(begun));
  }

  @Override
  public void sum(List<Part> parts) {
    long begun = System.nanoTime();
    int count = 0;
    for (Part part : parts) {
      count = Math.addExact(count, part.count());
    }
    reserve(count);
    int at = 0;
    for (Part part : parts) {
      floats.position(at).put(part.values(), 0, part.count());
      at += part.count();
    }
    floats.position(0);
    try (PointerScope scope = new PointerScope()) {
      Tensor tensor = torch.from_blob(floats, count);
      await(() -> gloo.allreduce(new TensorVector(tensor)));
    }
    at = 0;
    for (Part part : parts) {
      floats.position(at).get(part.values(), 0, part.count());
      at += part.count();
    }
    floats.position(0);
    cost = cost.plusSum((long) count * Float.BYTES, since(begun));
  }

  @Override
  public void copyFirst(float[] values) {
    reserve(values.length);
    floats.put(values, 0, values.length);
    try (PointerScope scope = new PointerScope()) {
      Tensor tensor = torch.from_blob(floats, values.length);
      await(() -> gloo.broadcast(new TensorVector(tensor)));
    }
    floats.get(values, 0, values.length);
  }

  @Override
  public byte[] copyFirst(byte[] bytes) {
    byte[] length = ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array();
    byte[] result = new byte[ByteBuffer.wrap(copied(length)).getInt()];
    if (rank == 0) {
      System.arraycopy(bytes, 0, result, 0, result.length);
    }
    return copied(result);
  }

  private byte[] copied(byte[] bytes) {
    byte[] result = new byte[bytes.length];
    try (PointerScope scope = new PointerScope()) {
      BytePointer memory = new BytePointer(bytes);
      TensorOptions type = new TensorOptions(ScalarType.Byte);
      Tensor tensor = torch.from_blob(memory, new long[] {bytes.length}, type);
      await(() -> gloo.broadcast(new TensorVector(tensor)));
      memory.get(result);
    }
    return result;
  }

  private void await(Supplier<Work> call) {
    try {
      call.get()._wait();
    } catch (RuntimeException e) {
      throw lost(e, limit);
    }
  }

  /** Makes a failure of Gloo one of ours. */
  static LostProcessException lost(RuntimeException failure, Duration limit) {
    String text = String.valueOf(failure.getMessage());
    String what =
        text.contains("Timed out")
            ? "another training process did not answer within " + limit.toSeconds() + " seconds"
            : "another training process ended, or the connection to it broke";
    // Gloo begins with its source file's name and ends with advice of its own.
    String said = text.replaceFirst("^\\[[^]]*] *", "").replaceFirst("(?s)[.] This is .*", "");
    return new LostProcessException(what + " (" + said + ")", failure);
  }

  private void reserve(int count) {
    if (floats.capacity() < count) {
      floats.close();
      floats = new FloatPointer(count + count / 4L);
    }
  }

  private static double since(long begun) {
    return (System.nanoTime() - begun) * 1e-9;
  }

  @Override
  public ExchangeCost cost() {
    return cost;
  }

  @Override
  public void close() {
    gloo.close();
    store.close();
    floats.close();
  }
}
