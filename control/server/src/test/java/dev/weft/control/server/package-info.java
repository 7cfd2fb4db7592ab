/** The whole control service in this process, spoken to over real sockets. */
@NullMarked
package dev.weft.control.server;

import org.jspecify.annotations.NullMarked;
