/**
 * How a pod becomes one of the mesh: {@link dev.weft.injector.Injector} turns a pod and {@linkplain
 * dev.weft.injector.InjectionRules rules} into a JSON patch.
 *
 * <p>Where it stands: pure, with JSON trees in and out. The webhook and the command line are its
 * callers; nothing here asks a cluster.
 */
@NullMarked
package dev.weft.injector;

import org.jspecify.annotations.NullMarked;
