/**
 * What the engine enforces: immutable records, decoded once from whatever brought them. Names and
 * semantics are Envoy's v3 API unless said otherwise. Nothing here decides anything.
 */
@NullMarked
package dev.weft.engine.config;

import org.jspecify.annotations.NullMarked;
