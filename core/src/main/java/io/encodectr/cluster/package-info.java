/**
 * Clusters of one user's behaviors in the low-dimensional space. Knows points, not items or users.
 */
@NullMarked
package io.encodectr.cluster;

import org.jspecify.annotations.NullMarked;
