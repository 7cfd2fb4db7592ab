/** Spans and their way to an OpenTelemetry collector (OTLP/HTTP, protobuf). */
@NullMarked
package dev.weft.telemetry.spans;

import org.jspecify.annotations.NullMarked;
