/** A mesh whose decisions are a test's, with the JDK's own TLS. */
@NullMarked
package dev.weft.instrumentation.sockets.mesh;

import org.jspecify.annotations.NullMarked;
