/**
 * The same configuration and the same requests by way of a real Envoy and by way of an agent: what
 * comes out must be the same. docs/compatibility.md says what is recognized as no difference.
 */
@NullMarked
package dev.weft.e2e.oracle;

import org.jspecify.annotations.NullMarked;
