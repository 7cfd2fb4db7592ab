/**
 * From resources to the engine's records: protobuf is read here, once, and goes no further.
 *
 * <p>A resource is taken whole or refused whole, with the field, what was found and what was
 * expected. Refused is what is wrong by Envoy's own rules, and what steers requests or carries
 * security and is not supported. What else is not supported is ignored and counted.
 */
@NullMarked
package dev.weft.xds.decode;

import org.jspecify.annotations.NullMarked;
