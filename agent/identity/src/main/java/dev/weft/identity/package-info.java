/**
 * Who this process is: its key pair, which never leaves memory, its certificate and the life of
 * that, and the ends of TLS that prove it. Nothing but the JDK: its provider speaks TLS, and of
 * ASN.1 only one certificate request is written.
 */
@NullMarked
package dev.weft.identity;

import org.jspecify.annotations.NullMarked;
