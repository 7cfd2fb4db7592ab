package dev.weft.harness;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** Allows what the build forbids, for the reason given. */
@Retention(RetentionPolicy.CLASS)
public @interface SuppressForbidden {
  String value();
}
