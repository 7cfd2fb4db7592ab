package dev.weft.control.model;

/** How bad a finding is: an ERROR keeps a resource from taking effect, the others do not. */
public enum Severity {
  INFO,
  WARNING,
  ERROR
}
