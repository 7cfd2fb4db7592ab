/**
 * {@code java.net.HttpURLConnection} for {@code http} and {@code https}: the application holds a
 * {@link dev.weft.instrumentation.httpurlconnection.MeshConnection}, each of whose tries is a real
 * connection of the JDK ({@link dev.weft.instrumentation.httpurlconnection.Attempt}), aimed at the
 * endpoint that the engine chose. Cookies, caches, authentication, pooling and the wire are the
 * JDK's; redirects are followed here, because each hop is a call of its own.
 *
 * <p>Known differences from the JDK's class: without a streaming mode a connection is opened when
 * the response is asked for, not already by {@code getOutputStream()}, so that the endpoint is
 * chosen with the whole request at hand; a redirect to a proxy (305) is shown instead of followed;
 * a request that starts outside the mesh and is redirected into it stays the JDK's.
 */
@NullMarked
package dev.weft.instrumentation.httpurlconnection;

import org.jspecify.annotations.NullMarked;
