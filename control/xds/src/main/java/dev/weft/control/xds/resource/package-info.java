/**
 * The model's records as Envoy's xDS resources, shaped as istiod shapes them for a sidecar, so that
 * agents, grpc-java and Envoy read the same configuration.
 *
 * <p>Where it stands: pure functions from {@code control/model} to protobuf, each file one kind of
 * resource. Nothing here knows of streams, versions or subscriptions.
 */
@NullMarked
package dev.weft.control.xds.resource;

import org.jspecify.annotations.NullMarked;
