/**
 * Runs when the agent is built: reads the adapters' declarations and the byte code of their advice,
 * and writes the index that {@code dev.weft.weaver} weaves from. None of it is in the agent's jar.
 *
 * <p>Whatever it does not understand, it refuses: what is not in the index would silently not be
 * woven.
 */
@NullMarked
package dev.weft.weaver.compile;

import org.jspecify.annotations.NullMarked;
