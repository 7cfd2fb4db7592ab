/**
 * Mesh TLS beneath every library: the TLS of one connection, over the kernel's bytes.
 *
 * <p>{@link dev.weft.instrumentation.jdksockets.Link} is one TCP connection. What its bytes are is
 * a {@link dev.weft.instrumentation.jdksockets.Stage}: undecided, awaiting, handshaking, secured,
 * plain or dead. Nothing here knows the JDK's internals: the kernel is a {@link
 * dev.weft.instrumentation.jdksockets.RawSocket}, the application's buffer a {@link
 * dev.weft.instrumentation.jdksockets.Memory}. What reaches into {@code sun.nio.ch} lies in {@code
 * src/main/jdk} and is called {@code Weft…} there.
 *
 * <p>All of it lives on the boot loader, beneath the JDK's own sockets: no lambdas, streams or
 * logging on the path of a byte.
 */
@NullMarked
package dev.weft.instrumentation.jdksockets;

import org.jspecify.annotations.NullMarked;
