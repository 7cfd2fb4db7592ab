/**
 * The ADS server: models in, responses out, on grpc-java directly.
 *
 * <p>Where it stands: between {@code control/model}, whose views it asks, and the agents. It keeps
 * no configuration of its own: one immutable generation per model, one interest index per audience
 * and one small state machine per stream.
 */
@NullMarked
package dev.weft.control.xds;

import org.jspecify.annotations.NullMarked;
