/**
 * The agent's side of the wire: {@link dev.weft.xds.ControlClient} keeps a connection to the
 * control service, turns what it says into snapshots for the engine, and registers this workload.
 */
@NullMarked
package dev.weft.xds;

import org.jspecify.annotations.NullMarked;
