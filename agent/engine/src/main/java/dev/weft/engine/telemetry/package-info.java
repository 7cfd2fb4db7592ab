/**
 * What the engine tells about requests, and what requests tell each other: trace context, headers
 * that flow with a request, and who the peer is. Where it goes is the business of a {@link
 * dev.weft.engine.telemetry.Telemetry}.
 */
@NullMarked
package dev.weft.engine.telemetry;

import org.jspecify.annotations.NullMarked;
