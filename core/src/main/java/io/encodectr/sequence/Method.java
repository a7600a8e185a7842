package io.encodectr.sequence;

import io.encodectr.file.InputException;
import io.encodectr.file.Spelling;
import io.encodectr.memory.MemoryWeights;
import io.encodectr.relevance.Relevance;
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
  /** {@link CategoryRetrieval}: the most recent behaviors of the target's categories. */
  SIM_HARD("sim-hard") {
    @Override
    public LongSequence newSequence(SequenceSpec spec, Function<String, float[]> weights) {
      return retrieval(new CategoryRetrieval(spec.retrieved()), spec, weights);
    }
  },
  /** {@link QueryRetrieval}: the best by BM25, searched by fields that a policy selects. */
  UBR4CTR("ubr4ctr") {
    @Override
    public List<MethodTensor> tensors(SequenceSpec spec) {
      return FieldSelector.tensors(spec);
    }

    @Override
    public LongSequence newSequence(SequenceSpec spec, Function<String, float[]> weights) {
      FieldSelector selector = new FieldSelector(spec, weights);
      return retrieval(
          new QueryRetrieval(selector, QueryRetrieval.LIKELY, spec.retrieved()), spec, weights);
    }
  },
  /** {@link HammingRetrieval}: the nearest behaviors by SimHash. */
  ETA("eta") {
    @Override
    public LongSequence newSequence(SequenceSpec spec, Function<String, float[]> weights) {
      return retrieval(new HammingRetrieval(spec.retrieved()), spec, weights);
    }
  },
  /** {@link TwinSequence}. */
  TWIN("twin") {
    @Override
    public List<MethodTensor> tensors(SequenceSpec spec) {
      return TwinSequence.tensors(spec);
    }

    @Override
    public LongSequence newSequence(SequenceSpec spec, Function<String, float[]> weights) {
      return new TwinSequence(spec, weights);
    }
  },
  /** {@link HashSequence}: the behaviors whose hashes collide with the target's. */
  SDIM("sdim") {
    @Override
    public LongSequence newSequence(SequenceSpec spec, Function<String, float[]> weights) {
      return new HashSequence(weights.apply(DEFAULT));
    }
  },
  /** {@link MemorySequence}: l is read from a memory that the history wrote step by step. */
  MIMN("mimn") {
    @Override
    public List<MethodTensor> tensors(SequenceSpec spec) {
      return MemoryWeights.shapes(spec.dimension()).entrySet().stream()
          .map(tensor ->
              new MethodTensor(
                  tensor.getKey(),
                  tensor.getValue()[0],
                  tensor.getValue()[1],
                  MemoryWeights.deviation(tensor.getKey(), spec.dimension()),
                  true))
          .toList();
    }

    @Override
    public LongSequence newSequence(SequenceSpec spec, Function<String, float[]> weights) {
      return new MemorySequence(
          MemoryWeights.of(spec.dimension(), weights), weights.apply(DEFAULT));
    }
  },
  /** {@link InterestSequence} by cosine. */
  ENCODE("encode") {
    @Override
    public List<MethodTensor> tensors(SequenceSpec spec) {
      return InterestSequence.tensors(spec);
    }

    @Override
    public LongSequence newSequence(SequenceSpec spec, Function<String, float[]> weights) {
      return new InterestSequence(spec, weights);
    }
  },
  /** {@link InterestSequence} by scaled dot product. */
  ENCODE_MINUS("encode-minus") {
    @Override
    public List<MethodTensor> tensors(SequenceSpec spec) {
      return InterestSequence.tensors(spec);
    }

    @Override
    public LongSequence newSequence(SequenceSpec spec, Function<String, float[]> weights) {
      return new InterestSequence(spec, weights);
    }
  },
  /** {@link ProjectionRetrieval}: the nearest behaviors by cosine of h. */
  ETA_ENCODE("eta-encode") {
    @Override
    public LongSequence newSequence(SequenceSpec spec, Function<String, float[]> weights) {
      Relevance cosine = Relevance.cosine(spec.beta());
      return retrieval(new ProjectionRetrieval(cosine, spec.retrieved()), spec, weights);
    }
  },
  /** {@link EmbeddingRetrieval}: the behaviors of the largest scaled dot product. */
  ETA_TA("eta-ta") {
    @Override
    public LongSequence newSequence(SequenceSpec spec, Function<String, float[]> weights) {
      Relevance dot = Relevance.dot(spec.dimension());
      return retrieval(new EmbeddingRetrieval(dot, spec.retrieved()), spec, weights);
    }
  };

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

  /** Whether l is a mixture of behaviors whose weights can be told (§4.6.1). */
  public boolean weighs() {
    return this != DIN && this != MIMN;
  }

  /** Whether a behavior's weight may be zero: it attends to what it retrieves, or what collides. */
  public boolean leavesOut() {
    return retrieves() || this == SDIM;
  }

  /** Whether it searches by the items' categorical columns; other methods are not given them. */
  public boolean searches() {
    return this == SIM_HARD || this == UBR4CTR;
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
      case ENCODE_MINUS -> relevance.equals("dot");
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
  public abstract LongSequence newSequence(SequenceSpec spec, Function<String, float[]> weights);

  private static RetrievalSequence retrieval(
      Retrieval retrieval, SequenceSpec spec, Function<String, float[]> weights) {
    return new RetrievalSequence(retrieval, spec.relevance(), weights.apply(DEFAULT));
  }
}
