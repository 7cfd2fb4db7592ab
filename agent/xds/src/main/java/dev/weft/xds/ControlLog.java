package dev.weft.xds;

/** Where a client tells what an operator should know; one line each. */
public interface ControlLog {

  void info(String line);

  void warn(String line);
}
