package dev.weft.control.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The {@code connectionPool} block; a lower level's block replaces a higher one's as a whole. */
public record ConnectionPool(@Nullable Duration connectTimeout) {}
