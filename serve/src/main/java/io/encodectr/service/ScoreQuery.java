package io.encodectr.service;

import io.encodectr.scoring.ScoreContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be scored.
 *
 * @param user the user's id; one whom nobody knows is scored as a new user
 * @param items the candidates' ids; one that the model does not know is scored as a new item
 * @param context circumstances of the request; without a time, the time it is served at
 * @param topN how many to answer, best first; null: all, in the order asked
 * @param explain whether to tell how the scores came to be
 */
public record ScoreQuery(
    String user,
    List<String> items,
    ScoreContext context,
    @Nullable Integer topN,
    boolean explain) {}
