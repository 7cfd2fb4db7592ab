/**
 * How an adapter declares what it weaves: OpenTelemetry's {@code InstrumentationModule}, restricted
 * to declarations that can be read as data.
 *
 * <p>OpenTelemetry's agent runs such a module as any other. Weft's own agent compiles it into an
 * index when it is built, and weaves from that index without Byte Buddy.
 */
@NullMarked
package dev.weft.instrumentation.api;

import org.jspecify.annotations.NullMarked;
