/**
 * {@code com.sun.net.httpserver}: where the first chain of filters is entered, the exchange is
 * admitted or refused; its handler runs in the context of its call. The request headers, which an
 * application cannot change but the engine can, are put in place when the exchange is made; edits
 * to the response's are applied where its head is sent; and the end of the exchange is seen where
 * the response has been written, or the connection is closed.
 *
 * <p>The helpers live on the platform loader, beside the server.
 */
@NullMarked
package dev.weft.instrumentation.jdkhttpserver;

import org.jspecify.annotations.NullMarked;
