/**
 * {@code java.net.http.HttpClient}: each call of the application is joined above the client's
 * connections and below everything else. A try is a request whose URI is the application's and
 * whose address is the engine's; the address is also what the client pools connections by, for
 * HTTP/1.1 and HTTP/2. Over HTTPS that address has the server's name, which the client's TLS asks
 * for and verifies; where the engine leaves it to the application where to connect to, the client
 * does so by itself, through its proxy if it has one. Redirects are followed here, because each hop
 * is a call of its own; cookies and authentication stay the client's.
 *
 * <p>The helpers live on the platform loader, beside the client.
 *
 * <p>Known differences: when the engine rewrites authority or path, a cookie handler and an
 * authenticator see the rewritten URI; WebSockets are left alone; a request that starts outside the
 * mesh and is redirected into it stays the client's.
 */
@NullMarked
package dev.weft.instrumentation.javahttpclient;

import org.jspecify.annotations.NullMarked;
