/**
 * Interests of all users on Spark: executors extract blocks of users into the store's work folder,
 * the driver assembles and publishes as the local job does. No maths may enter.
 */
@NullMarked
package io.encodectr.spark.extract;

import org.jspecify.annotations.NullMarked;
