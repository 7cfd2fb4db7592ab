/**
 * The contracts: what every adapter of a client, every adapter of a server, and the carrying of the
 * context must do. Each is a JUnit test that runs in a JVM of its own under the real agent, driving
 * the library through a probe.
 */
@NullMarked
package dev.weft.instrumentation.testing.contract;

import org.jspecify.annotations.NullMarked;
