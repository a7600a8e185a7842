package io.encodectr.service;

import io.encodectr.scoring.Explanation;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Scores of one request. The arrays are the reader's, in the order of {@code items}.
 *
 * @param model fingerprint of the model that scored
 * @param generation id of the generation that was read
 * @param user the user's id
 * @param userKnown whether the generation knows the user
 * @param asOf behaviors before this time are in the interests, seconds since the epoch
 * @param eventsSince how many behaviors after that were read and scored with
 * @param degraded why the answer is less than it could be; empty if it is not
 * @param coverage share of the candidates asked for that were scored, in (0, 1]; 1 if none were
 *     asked for
 * @param items the items answered
 * @param logits their log-odds of a click
 * @param known whether the model knows each of them
 * @param explanation if it was asked for
 */
@SuppressWarnings("ArrayRecordComponent") // Written out once; never compared.
public record ScoreAnswer(
    String model,
    String generation,
    String user,
    boolean userKnown,
    long asOf,
    int eventsSince,
    Set<Degradation> degraded,
    double coverage,
    List<String> items,
    float[] logits,
    boolean[] known,
    @Nullable Explanation explanation) {}
