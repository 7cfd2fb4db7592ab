/**
 * A cluster as the source of configuration and workloads, and as who vouches for workloads.
 *
 * <p>Where it stands: it fills the places that {@code control/source} and {@code control/ca} leave
 * open, and the server puts it there. This is the only room that knows Kubernetes' API and its
 * client; resources go on from here as the same text that a file would have.
 */
@NullMarked
package dev.weft.control.kubernetes;

import org.jspecify.annotations.NullMarked;
