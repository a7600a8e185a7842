package io.encodectr.service;

import io.encodectr.file.InputException;
import io.encodectr.generation.UserInterests;
import io.encodectr.scoring.Explanation;
import io.encodectr.scoring.ScoreContext;
import io.encodectr.scoring.Scorer;
import io.encodectr.scoring.UserEvents;
import io.encodectr.service.ServiceMetrics.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Scores, and knows what there is to know about a user. Calls compute in the caller's thread; see
 * {@link Admission} for bounding them. Thread-safe.
 */
public final class ScoringService {
}
