/**
 * From a request to the rule that decides it and the cluster it goes to. Compiled once for each
 * configuration; matching allocates nothing unless a rule needs it. Semantics are Envoy's router.
 */
@NullMarked
package dev.weft.engine.routing;

import org.jspecify.annotations.NullMarked;
