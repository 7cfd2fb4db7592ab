/**
 * The control service as one object: configuration, registry, ADS server and the page of its own
 * state.
 *
 * <p>Where it stands: the composition root of the control side. It creates, connects and closes
 * what the other rooms define, and decides nothing itself.
 */
@NullMarked
package dev.weft.control.server;

import org.jspecify.annotations.NullMarked;
