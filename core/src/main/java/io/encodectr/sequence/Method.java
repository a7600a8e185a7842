package io.encodectr.sequence;

import io.encodectr.file.InputException;
import io.encodectr.file.Spelling;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** The methods by name: what a model of each holds, and the sequence that computes its l. */
public enum Method {
  /** No long sequence at all. */
  DIN("din") {
    @Override
    public LongSequence newSequence(SequenceSpec spec, Function<String, float[]> weights) {
      throw new IllegalStateException("din has no long sequence");
    }
  },
  /** {@link AverageSequence}. */
  AVG_POOLING("avg-pooling") {
    @Override
    public LongSequence newSequence(SequenceSpec spec, Function<String, float[]> weights) {
      return new AverageSequence(weights.apply(DEFAULT));
    }
  },
  /** {@link AttentionSequence} over the whole history. */
  DIN_L("din-l") {
    @Override
    public LongSequence newSequence(SequenceSpec spec, Function<String, float[]> weights) {
      return new AttentionSequence(spec.relevance(), weights.apply(DEFAULT));
    }
  },
  SIM_HARD("sim-hard"),
  UBR4CTR("ubr4ctr"),
  ETA("eta"),
  TWIN("twin"),
  SDIM("sdim"),
  MIMN("mimn"),
  /** {@link InterestSequence} by cosine. */
  ENCODE("encode") {
    @Override
    public LongSequence newSequence(SequenceSpec spec, Function<String, float[]> weights) {
      return new InterestSequence(spec, weights.apply(DEFAULT));
    }
  },
  /** {@link InterestSequence} by scaled dot product. */
  ENCODE_MINUS("encode-minus") {
    @Override
    public LongSequence newSequence(SequenceSpec spec, Function<String, float[]> weights) {
      return new InterestSequence(spec, weights.apply(DEFAULT));
    }
  },
  ETA_ENCODE("eta-encode"),
  ETA_TA("eta-ta");

  /** Name of the vector that stands for a history from which nothing can be read. */
  public static final String DEFAULT = "default.long";

  /** Name of the hyperplanes of SimHash, {@code [d × hashBits]}. */
  public static final String HASH = "hash";

  private final String label;

  Method(String label) {
    this.label = label;
  }

  /**
   * A method by its name.
   *
   * @throws InputException for an unknown name
   */
  public static Method named(String name) {
    for (Method method : values()) {
      if (method.label.equals(name)) {
        return method;
      }
    }
    String nearest = Spelling.nearest(name, names());
    throw new InputException(
        "there is no method "
            + name
            + (nearest == null ? "" : ", did you mean " + nearest + "?")
            + "; there are "
            + String.join(", ", names()));
  }

  /** All names, in the order of the paper's tables. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Method::label).toList();
  }

  /** Its name on the command line and in files. */
  public String label() {
    return label;
  }

  /** Whether there is a long sequence: every method but DIN. */
  public boolean hasLong() {
    return this != DIN;
  }

  /** Whether interests are extracted ahead, in clusters. */
  public boolean clusters() {
    return this == ENCODE || this == ENCODE_MINUS;
  }

  /** Whether there is a projection to m dimensions, learned by metric learning (Eq. 4). */
  public boolean projects() {
    return clusters() || this == ETA_ENCODE;
  }

  /** Whether it attends to a few behaviors that it retrieves, and leaves the others out. */
  public boolean retrieves() {
    return switch (this) {
      case SIM_HARD, UBR4CTR, ETA, ETA_ENCODE, ETA_TA, TWIN -> true;
      default -> false;
    };
  }

  /** Bits of an item's SimHash code (Eq. 3); 0 for methods without. */
  public int hashBits() {
    return switch (this) {
      case ETA -> 64;
      case SDIM -> 48;
      default -> 0;
    };
  }

  /**
   * Whether target attention may go by this relevance.
   *
   * @param relevance {@code cosine} or {@code dot}
   */
  public boolean attendsBy(String relevance) {
    return switch (this) {
      case ENCODE -> relevance.equals("cosine");
      case ENCODE_MINUS, ETA_TA -> relevance.equals("dot");
      default -> true;
    };
  }

  /** Tensors that a model of this method has of its own. */
  public List<MethodTensor> tensors(SequenceSpec spec) {
    return hashBits() == 0
        ? List.of()
        : List.of(new MethodTensor(HASH, spec.dimension(), hashBits(), 1f, false));
  }

  /**
   * A new sequence for one thread.
   *
   * @param weights the model's tensors by name, of which {@link #DEFAULT} is one; read at every
   *     call, so that a model in training may change them
   * @throws IllegalStateException for {@link #DIN}
   */
  public LongSequence newSequence(SequenceSpec spec, Function<String, float[]> weights) {
    throw new UnsupportedOperationException(label);
  }
}
