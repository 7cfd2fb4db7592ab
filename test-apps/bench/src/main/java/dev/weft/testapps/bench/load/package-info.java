/**
 * The load generator: keep-alive HTTP/1.1 over blocking sockets, one thread a connection, with as
 * little work of its own as possible, because it shares the machine with what it measures.
 */
@NullMarked
package dev.weft.testapps.bench.load;

import org.jspecify.annotations.NullMarked;
