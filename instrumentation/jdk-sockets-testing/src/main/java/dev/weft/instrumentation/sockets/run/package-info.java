/** The JVMs at both ends, under the real agent, and the wire tap between them. */
@NullMarked
package dev.weft.instrumentation.sockets.run;

import org.jspecify.annotations.NullMarked;
