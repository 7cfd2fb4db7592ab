/**
 * Weaves the adapters' hooks into the libraries of the application.
 *
 * <p>What to weave was read from the adapters' advice when the agent was built ({@code
 * dev.weft.weaver.compile}) and lies in an index: neither Byte Buddy nor OpenTelemetry's API is
 * needed at run time, and a class that is not named there costs one look-up in a hash map.
 */
@NullMarked
package dev.weft.weaver;

import org.jspecify.annotations.NullMarked;
