/**
 * The socket layer under every server and client that it must carry: each cell is a client against
 * a server, both in JVMs of their own under the real agent, with a tap between them.
 */
@NullMarked
package dev.weft.instrumentation.sockets;

import org.jspecify.annotations.NullMarked;
