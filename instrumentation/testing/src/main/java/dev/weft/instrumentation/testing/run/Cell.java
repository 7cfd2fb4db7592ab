package dev.weft.instrumentation.testing.run;

import java.nio.file.Path;
import java.util.List;

/**
 * One JVM to run contracts in.
 *
 * @param library as in the support table
 * @param version of the library; of the JDK where it is the JDK's
 * @param jdk where it runs
 * @param probe what {@code contract.probe} is set to
 * @param libraries jars of that version, in place of those on the class path
 * @param contracts names of the contracts' classes: simple, or with the package below this module's
 * @param options further JVM options
 */
public record Cell(
    String library,
    String version,
    Jdk jdk,
    String probe,
    List<Path> libraries,
    List<String> contracts,
    List<String> options) {

  public Cell {
    libraries = List.copyOf(libraries);
    contracts = List.copyOf(contracts);
    options = List.copyOf(options);
  }

  /** The same cell with fewer contracts. */
  public Cell with(List<String> fewer) {
    return new Cell(library, version, jdk, probe, libraries, fewer, options);
  }

  /** The name of a contract's class without its package, as it tells of itself. */
  public static String simple(String contract) {
    return contract.substring(contract.lastIndexOf('.') + 1);
  }

  /** For people. */
  public String name() {
    return probe + " " + version + " on JDK " + jdk.feature();
  }
}
