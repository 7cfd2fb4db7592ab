package dev.weft.control.model;

/** One port of a service, as callers address it. */
public record ServicePort(int number, String name, Protocol protocol, TargetPort target) {

  public ServicePort(int number, String name, Protocol protocol) {
    this(number, name, protocol, TargetPort.UNSPECIFIED);
  }
}
