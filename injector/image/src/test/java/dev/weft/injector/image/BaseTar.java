package dev.weft.injector.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A base image as {@code docker save} writes it, of one layer with one file. */
final class BaseTar {

  static final String FILE = "etc/base";

  private BaseTar() {}

  static Path write(Path tar, String architecture) throws IOException {
    ByteArrayOutputStream layer = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(layer)) {
      put(out, FILE, "base".getBytes(StandardCharsets.US_ASCII));
    }
    String config =
        String.format(
            Locale.ROOT,
            """
            {"architecture": "%s", "os": "linux",
             "config": {"Env": ["PATH=/opt/java/bin", "LANG=C.UTF-8"], "User": "0",
                        "Entrypoint": ["/bin/false"]},
             "rootfs": {"type": "layers", "diff_ids": ["%s"]},
             "history": [{"created": "2020-01-01T00:00:00Z", "created_by": "test"}]}
            """,
            architecture,
            OciImage.sha256(layer.toByteArray()));
    String manifest =
        """
        [{"Config": "config.json", "RepoTags": ["base:1"], "Layers": ["layer.tar"]}]
        """;
    try (OutputStream file = Files.newOutputStream(tar);
        TarArchiveOutputStream out = new TarArchiveOutputStream(file)) {
      put(out, "config.json", config.getBytes(StandardCharsets.US_ASCII));
      put(out, "layer.tar", layer.toByteArray());
      put(out, "manifest.json", manifest.getBytes(StandardCharsets.US_ASCII));
    }
    return tar;
  }

  private static void put(TarArchiveOutputStream out, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    entry.setModTime(0); // the same base each time
    out.putArchiveEntry(entry);
    out.write(content);
    out.closeArchiveEntry();
  }
}
