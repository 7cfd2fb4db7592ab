package dev.weft.weaver;

/** Who is told what was woven. Called while a class is being loaded: must be quick. */
public interface Report {

  /**
   * A library as it was met in one class loader.
   *
   * @param adapter the adapter's name
   * @param version as its jar's name says; the JDK's for its own; else {@code unknown}
   * @param loader the class loader, for people
   */
  record Library(String adapter, String version, String loader) {}

  /** The library is woven in this loader. Once. */
  void woven(Library library);

  /** Nothing of the library is woven in this loader, and why. Once. */
  void left(Library library, String reason);

  /** One class was left as it is, although its library is woven: a fault of ours. */
  void failed(Library library, String className, Throwable failure);
}
