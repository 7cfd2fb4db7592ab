/**
 * What contracts are written with: an engine that follows a script ({@link
 * dev.weft.instrumentation.testing.ScriptedMesh}), an origin that misbehaves on demand ({@link
 * dev.weft.instrumentation.testing.Origin}), and the probes through which a contract drives a
 * library ({@link dev.weft.instrumentation.testing.ClientProbe}, {@link
 * dev.weft.instrumentation.testing.ServerProbe}).
 *
 * <p>All of it runs in JVMs of its own, with the real agent attached in {@code weft.mode=weave}: it
 * weaves, and leaves the engine to the test. {@code docs/adding-a-library.md} says how to add a
 * library.
 */
@NullMarked
package dev.weft.instrumentation.testing;

import org.jspecify.annotations.NullMarked;
