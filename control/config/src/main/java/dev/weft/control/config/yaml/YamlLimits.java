package dev.weft.control.config.yaml;

/**
 * What a file may cost.
 *
 * @param bytes of the file
 * @param documents in the file
 * @param depth of nested lists and objects
 * @param nodes in the file, every alias counted in full
 */
public record YamlLimits(int bytes, int documents, int depth, long nodes) {

  public static final YamlLimits DEFAULT = new YamlLimits(4 << 20, 2_000, 64, 500_000);
}
