/**
 * The control service's state as plain records: what {@code GET /status} answers as JSON, and what
 * {@code weftctl status} reads. The names of the components are the names of the fields: they are
 * an interface, described in docs/operations.md.
 */
@NullMarked
package dev.weft.control.server.status;

import org.jspecify.annotations.NullMarked;
