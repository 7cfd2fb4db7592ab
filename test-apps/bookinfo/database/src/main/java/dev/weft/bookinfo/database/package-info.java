/** The database that ratings asks over JDBC: H2, with its own protocol over TCP. */
@NullMarked
package dev.weft.bookinfo.database;

import org.jspecify.annotations.NullMarked;
