package dev.weft.bookinfo.productpage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

/** One part of the page: what its service answered, or what the user is told instead. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Part<T>(@JsonUnwrapped @Nullable T value, @Nullable String error) {

  static <T> Part<T> of(T value) {
    return new Part<>(value, null);
  }

  static <T> Part<T> missing(String error) {
    return new Part<>(null, error);
  }
}
