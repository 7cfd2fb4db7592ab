package dev.weft.xds.workload;

/** What a registration tells; on the loop. */
public interface RegistrationListener {

  /** The registration holds. */
  void registered();

  /** A port (0: the whole workload) is not registered, and why. */
  void refused(int port, String reason);

  /** The stream has ended; it is tried again unless the control service has no such thing. */
  void ended(String reason);
}
