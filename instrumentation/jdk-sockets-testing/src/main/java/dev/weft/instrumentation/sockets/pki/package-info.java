/** Certificates that live as long as a test. */
@NullMarked
package dev.weft.instrumentation.sockets.pki;

import org.jspecify.annotations.NullMarked;
