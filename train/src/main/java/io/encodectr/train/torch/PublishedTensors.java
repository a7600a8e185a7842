package io.encodectr.train.torch;

import io.encodectr.train.optimizer.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.bytedeco.pytorch.Tensor;

/** A method's own tensors where LibTorch reads them. */
public final class PublishedTensors implements AutoCloseable {
  private final List<Parameter> parameters;
  private final PublishedWeights weights;

  /** Publishes the parameters. */
  public PublishedTensors(List<Parameter> parameters) {
    this.parameters = List.copyOf(parameters);
    weights = new PublishedWeights(parameters.stream().mapToInt(p -> p.values().length).sum());
    publish();
  }

  /** Brings the parameters' values to where LibTorch reads them. */
  public void publish() {
    int offset = 0;
    for (Parameter parameter : parameters) {
      weights.publish(parameter.values(), offset, parameter.values().length);
      offset += parameter.values().length;
    }
  }

  /** New leaves by name, {@code [rows × columns]} each; the caller closes them. */
  public SequencedMap<String, Tensor> leaves() {
    SequencedMap<String, Tensor> leaves = new LinkedHashMap<>();
    int offset = 0;
    for (Parameter parameter : parameters) {
      leaves.put(parameter.name(), weights.leaf(offset, parameter.rows(), parameter.width()));
      offset += parameter.values().length;
    }
    return leaves;
  }

  /** New gradients of zeros by name. */
  public Map<String, float[]> gradients() {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    parameters.forEach(p -> gradients.put(p.name(), new float[p.values().length]));
    return gradients;
  }

  @Override
  public void close() {
    weights.close();
  }
}
