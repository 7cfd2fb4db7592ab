/**
 * The admission webhook: {@link dev.weft.injector.webhook.InjectorServer} answers the API server
 * over TLS, with a certificate that it makes, publishes and replaces by itself.
 *
 * <p>Where it stands: around the pure core in {@code dev.weft.injector}; here are the sockets, the
 * threads and the cluster.
 */
@NullMarked
package dev.weft.injector.webhook;

import org.jspecify.annotations.NullMarked;
