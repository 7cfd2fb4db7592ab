/** The ADS server against real clients, in this process and over sockets. */
@NullMarked
package dev.weft.control.xds;

import org.jspecify.annotations.NullMarked;
