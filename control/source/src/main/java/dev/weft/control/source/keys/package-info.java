/**
 * The keys of those who issue tokens, fetched where they publish them. What is fetched is named by
 * configuration, which many may write: nothing here may be turned against the network that the
 * control service stands in.
 */
@NullMarked
package dev.weft.control.source.keys;

import org.jspecify.annotations.NullMarked;
