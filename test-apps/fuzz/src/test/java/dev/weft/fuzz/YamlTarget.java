package dev.weft.fuzz;

import dev.weft.control.config.ConfigFile;
import dev.weft.control.config.ConfigReader;
import dev.weft.control.config.Resolver;
import dev.weft.control.model.MeshModel;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.WorkloadSource;
import java.util.List;

/** Whatever is in a file, it is read or found fault with; what is read makes a model. */
public final class YamlTarget {

  private YamlTarget() {}

  /**
   * @param input a file's content
   */
  public static void fuzzerTestOneInput(byte[] input) {
    ConfigFile file = new ConfigReader(MeshSettings.DEFAULT).read("fuzz.yaml", input);
    if (!file.isValid()) {
      return;
    }
    MeshModel model =
        new Resolver(MeshSettings.DEFAULT)
            .resolve(List.of(file), new WorkloadSource.Snapshot(List.of(), List.of()));
    if (model == null) {
      throw new AssertionError("no model");
    }
  }
}
