/**
 * The agent's composition root: settings, threads, start and stop. The only room that knows all
 * others of the agent.
 */
@NullMarked
package dev.weft.runtime;

import org.jspecify.annotations.NullMarked;
