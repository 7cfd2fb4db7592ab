/**
 * Who may ask what: Envoy's RBAC on requests that may be read in more than one way. A condition
 * holds on some readings, on all, or on none; what refuses needs one, what lets in needs all.
 */
@NullMarked
package dev.weft.engine.authz;

import org.jspecify.annotations.NullMarked;
