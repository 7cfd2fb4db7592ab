package dev.weft.instrumentation.httpurlconnection;

import java.util.function.Supplier;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLSocketFactory;

/**
 * The application's own TLS, as it is set when a connection is made.
 *
 * @param factory what makes its sockets
 * @param verifier what is asked of a name that its certificate does not have
 */
record Tls(Supplier<SSLSocketFactory> factory, Supplier<HostnameVerifier> verifier) {}
