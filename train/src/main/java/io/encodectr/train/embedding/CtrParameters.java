package io.encodectr.train.embedding;

import io.encodectr.cluster.SeedStream;
import io.encodectr.dataset.Column;
import io.encodectr.dataset.Schema;
import io.encodectr.file.Safetensors.Tensor;
import io.encodectr.kernel.Kernels;
import io.encodectr.model.Layout;
import io.encodectr.model.ModelSpec;
import io.encodectr.sequence.Method;
import io.encodectr.sequence.MethodTensor;
import io.encodectr.sequence.SequenceSpec;
import io.encodectr.train.optimizer.Parameter;
import io.encodectr.train.tower.TowerShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.IntUnaryOperator;

/** Everything that is learned, by its name in the weights file; the tower as one flat parameter. */
public final class CtrParameters {
  private static final String TOWER = "tower";

  private final TowerShape shape;
  private final boolean hasLong;
  private final List<MethodTensor> methodTensors;
  private final List<Parameter> method = new ArrayList<>();
  private final boolean hasProjection;
  private final Parameter itemId;
  private final List<ColumnTable> itemColumns;
  private final List<ColumnTable> userColumns;
  private final List<ColumnTable> contextColumns;
  private final Parameter projection;
  private final Parameter defaultRecent;
  private final Parameter defaultLong;
  private final Parameter tower;

  /** Parameters of the sizes that a model of this specification has, all zero. */
  public CtrParameters(ModelSpec spec) {
    Layout layout = new Layout(spec);
    Schema schema = spec.schema();
    hasLong = layout.hasLong();
    SequenceSpec sequence = spec.sequence();
    methodTensors = sequence.method().tensors(sequence);
    for (MethodTensor tensor : methodTensors) {
      method.add(new Parameter(tensor.name(), tensor.rows(), tensor.columns()));
    }
    hasProjection = spec.lowDimension() > 0;
    shape = new TowerShape(layout.inputWidth(), spec.tower());
    itemId = new Parameter("item.id", spec.itemRows(), layout.idWidth());
    itemColumns = new ArrayList<>();
    for (int c : schema.categoricalItemColumns()) {
      itemColumns.add(
          table("item.", schema.item().get(c), c, layout.columnWidth(c), layout.columnOffset(c)));
    }
    userColumns = tables("user.", schema.user(), spec.featureWidth(), layout::userOffset);
    contextColumns =
        tables("context.", schema.context(), spec.featureWidth(), layout::contextOffset);
    projection = new Parameter("projection", spec.dimension(), Math.max(1, spec.lowDimension()));
    defaultRecent = new Parameter("default.recent", 1, spec.dimension());
    defaultLong = new Parameter("default.long", 1, spec.dimension());
    // The optimizer is quickest on whole groups of eight.
    tower = new Parameter(TOWER, 1, Kernels.padded(shape.size()));
  }

  private static List<ColumnTable> tables(
      String side, List<Column> columns, int width, IntUnaryOperator offset) {
    List<ColumnTable> tables = new ArrayList<>();
    for (int c = 0; c < columns.size(); c++) {
      if (columns.get(c).categorical()) {
        tables.add(table(side, columns.get(c), c, width, offset.applyAsInt(c)));
      }
    }
    return tables;
  }

  private static ColumnTable table(String side, Column column, int index, int width, int offset) {
    return new ColumnTable(
        index,
        column.multiValued(),
        new Parameter(side + column.name(), column.vocabulary() + 1, width),
        offset);
  }

  /**
   * Draws the starting values: tables N(0, std²), W N(0, 1), the tower as PyTorch's linear layers,
   * the method's own tensors as the method says.
   */
  public void initialize(float standardDeviation, long seed) {
    int number = 0;
    for (Parameter parameter : all()) {
      long own = SeedStream.mix(seed, number++);
      if (parameter == projection) {
        parameter.fillNormal(hasProjection ? 1f : 0f, own);
      } else if (parameter == tower) {
        initializeTower(own);
      } else if (method.contains(parameter)) {
        MethodTensor tensor = methodTensors.get(method.indexOf(parameter));
        parameter.fillNormal(tensor.deviation(), own);
        tensor.addDiagonal(parameter.values());
      } else {
        parameter.fillNormal(standardDeviation, own);
      }
    }
  }

  private void initializeTower(long seed) {
    for (int layer = 0; layer < shape.layers(); layer++) {
      float bound = (float) (1 / Math.sqrt(shape.inputs(layer)));
      tower.fillUniform(
          shape.weightOffset(layer),
          shape.biasOffset(layer) + shape.outputs(layer),
          bound,
          SeedStream.mix(seed, layer));
    }
  }

  /** All parameters, in a fixed order. */
  public List<Parameter> all() {
    List<Parameter> all = new ArrayList<>();
    all.add(itemId);
    for (List<ColumnTable> side : List.of(itemColumns, userColumns, contextColumns)) {
      side.forEach(column -> all.add(column.table()));
    }
    all.addAll(List.of(projection, defaultRecent, defaultLong, tower));
    all.addAll(method);
    return all;
  }

  /** The values as the weights file has them; arrays are shared where that is possible. */
  public SequencedMap<String, Tensor> tensors() {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : all()) {
      if (parameter == tower) {
        for (int layer = 0; layer < shape.layers(); layer++) {
          addLayer(tensors, layer);
        }
      } else if (isPartOfModel(parameter)) {
        int[] size =
            parameter == defaultRecent || parameter == defaultLong
                ? new int[] {parameter.width()}
                : new int[] {parameter.rows(), parameter.width()};
        tensors.put(parameter.name(), new Tensor(size, parameter.values()));
      }
    }
    return tensors;
  }

  private boolean isPartOfModel(Parameter parameter) {
    return (parameter != defaultLong || hasLong) && (parameter != projection || hasProjection);
  }

  private void addLayer(SequencedMap<String, Tensor> tensors, int layer) {
    int inputs = shape.inputs(layer);
    int outputs = shape.outputs(layer);
    boolean last = layer == shape.layers() - 1;
    tensors.put(
        TowerShape.weightName(layer),
        new Tensor(
            last ? new int[] {inputs} : new int[] {inputs, outputs},
            part(shape.weightOffset(layer), inputs * outputs)));
    tensors.put(
        TowerShape.biasName(layer),
        new Tensor(new int[] {outputs}, part(shape.biasOffset(layer), outputs)));
  }

  private float[] part(int offset, int length) {
    float[] part = new float[length];
    System.arraycopy(tower.values(), offset, part, 0, length);
    return part;
  }

  /** Sizes of the tower. */
  public TowerShape shape() {
    return shape;
  }

  /** Id embeddings; row 0 is the out-of-vocabulary row. */
  public Parameter itemId() {
    return itemId;
  }

  /** Categorical item columns, in schema order; their embeddings follow the id's within e(i). */
  public List<ColumnTable> itemColumns() {
    return itemColumns;
  }

  /** Categorical user columns, in schema order. */
  public List<ColumnTable> userColumns() {
    return userColumns;
  }

  /** Categorical context columns, in schema order. */
  public List<ColumnTable> contextColumns() {
    return contextColumns;
  }

  /** W, {@code [d × m]}; {@code [d × 1]} of zeros for methods that have none. */
  public Parameter projection() {
    return projection;
  }

  /** What stands for the recent history of a user who has none. */
  public Parameter defaultRecent() {
    return defaultRecent;
  }

  /** What stands for the long history of a user who has none. */
  public Parameter defaultLong() {
    return defaultLong;
  }

  /** Tensors of the method's own, in the order of {@code Method.tensors}. */
  public List<Parameter> method() {
    return method;
  }

  /** Values of a tensor of the method's own, or of the vector for an empty long history. */
  public float[] methodValues(String name) {
    if (name.equals(Method.DEFAULT)) {
      return defaultLong.values();
    }
    for (Parameter parameter : method) {
      if (parameter.name().equals(name)) {
        return parameter.values();
      }
    }
    throw new IllegalArgumentException("the method has no tensor " + name);
  }

  /** The tower, flat. */
  public Parameter tower() {
    return tower;
  }
}
