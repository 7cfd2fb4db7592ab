package dev.weft.weaver.compile;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Lays out the content of {@code weft-agent.jar}:
 *
 * <pre>
 * dev/weft/agent/*.class        the way in, on the application's class path
 * META-INF/weft/hooks.idx       what is woven
 * boot/**.classdata             the bridge, and helpers of java.base
 * platform/**.classdata         helpers of the JDK's other modules
 * library/**.classdata          helpers that are defined beside the woven library
 * isolated/**                   the agent itself and all that it embeds, in a loader of its own
 * </pre>
 *
 * Classes other than the way in are called {@code .classdata}, so that no class loader of the
 * application ever takes them for its own.
 */
public final class AgentLayout {

  private static final String TOP = "dev/weft/agent/";
  private static final List<String> ELSEWHERE =
      List.of("dev/weft/bridge/", "dev/weft/weaver/compile/");
  private static final String OWN = "dev/weft/";
  private static final String SERVICES = "META-INF/services/";

  private final Path folder;

  private AgentLayout(Path folder) {
    this.folder = folder;
  }

  /**
   * @param args the folder to lay out in, the class path of what is embedded, the folder of
   *     notices, and our own licence
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    IndexCompiler.write(folder);
    AgentLayout layout = new AgentLayout(folder);
    List<Path> foreign = new ArrayList<>();
    for (String name : args[1].split(File.pathSeparator, -1)) {
      Path entry = Path.of(name);
      layout.embed(entry);
      if (Files.isRegularFile(entry) && !entry.getFileName().toString().startsWith("weft-")) {
        foreign.add(entry);
      }
    }
    Notices.write(Path.of(args[2]), Path.of(args[3]), foreign, folder);
  }

  private void embed(Path entry) throws IOException {
    if (Files.isDirectory(entry)) {
      embedAll(entry);
    } else if (Files.exists(entry)) {
      try (FileSystem jar = FileSystems.newFileSystem(entry)) {
        embedAll(jar.getPath("/"));
      }
    }
  }

  private void embedAll(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        embed(root.relativize(file).toString().replace(File.separatorChar, '/'), file);
      }
    }
  }

  private void embed(String name, Path file) throws IOException {
    if (name.startsWith(SERVICES)) {
      append(name, file);
    } else if (name.startsWith(TOP)) {
      copy(file, folder.resolve(name));
    } else if (ELSEWHERE.stream().noneMatch(name::startsWith)) {
      if (name.endsWith(".class")
          && !name.startsWith("META-INF/")
          && !name.endsWith("-info.class")) {
        copy(file, folder.resolve("isolated/" + name + "data"));
      } else if (name.startsWith(OWN) && !name.endsWith(".class")) {
        copy(file, folder.resolve("isolated/" + name));
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    if (Files.exists(to)) {
      throw new UnsupportedAdviceException(to.toString(), "two embedded jars have this class");
    }
    Files.createDirectories(to.getParent());
    Files.write(to, Files.readAllBytes(from));
  }

  /** Providers of the same service may come from several jars. */
  private void append(String name, Path file) throws IOException {
    Path to = folder.resolve("isolated/" + name);
    Files.createDirectories(to.getParent());
    Files.writeString(
        to,
        Files.readString(file, StandardCharsets.UTF_8).strip() + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
