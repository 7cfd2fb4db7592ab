package dev.weft.engine.authn;

import org.jspecify.annotations.Nullable;

/** A token that a request shows, read when somebody asks for it. */
final class Presented {

  private final String text;
  private final Place place;
  private Jwt.@Nullable Read read;

  Presented(String text, Place place) {
    this.text = text;
    this.place = place;
  }

  String text() {
    return text;
  }

  Place place() {
    return place;
  }

  Jwt.Read read() {
    Jwt.Read known = read;
    if (known == null) {
      known = Jwt.read(text);
      read = known;
    }
    return known;
  }
}
