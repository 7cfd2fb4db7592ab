package dev.weft.control.model;

/**
 * Where a service port leads on the workload: a number, a name that only the workload can explain,
 * or nothing said.
 */
public sealed interface TargetPort {

  record Numbered(int port) implements TargetPort {}

  record Named(String name) implements TargetPort {}

  /** Not given: the port of the same number where the workload listens there. */
  record Unspecified() implements TargetPort {}

  TargetPort UNSPECIFIED = new Unspecified();
}
