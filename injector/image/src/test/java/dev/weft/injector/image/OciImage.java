package dev.weft.injector.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * An image as a tar has it, in the <a
 * href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md">OCI layout</a>.
 */
record OciImage(String digest, JsonNode manifest, JsonNode config, List<Layer> layers) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a file in a layer is, and what is in it, each byte a character. */
  record Entry(long seconds, int mode, long owner, String content) {}

  /** By path; directories end with a slash. */
  record Layer(Map<String, Entry> entries) {}

  static OciImage read(Path tar) throws IOException {
    Map<String, Entry> files;
    try (InputStream in = Files.newInputStream(tar)) {
      files = entries(in);
    }
    assertThat(JSON.readTree(files.get("oci-layout").content()).path("imageLayoutVersion").asText())
        .isEqualTo("1.0.0");
    JsonNode index = JSON.readTree(files.get("index.json").content());
    assertThat(index.path("manifests")).hasSize(1);
    String digest = index.path("manifests").path(0).path("digest").asText();
    JsonNode manifest = JSON.readTree(blob(files, digest));
    JsonNode config = JSON.readTree(blob(files, manifest.path("config").path("digest").asText()));
    List<Layer> layers = new ArrayList<>();
    for (JsonNode layer : manifest.path("layers")) {
      byte[] packed = blob(files, layer.path("digest").asText());
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
        layers.add(new Layer(entries(in)));
      }
    }
    return new OciImage(digest, manifest, config, layers);
  }

  /** Each blob is what its name says. */
  private static byte[] blob(Map<String, Entry> files, String digest) throws IOException {
    Entry blob = files.get("blobs/" + digest.replace(':', '/'));
    assertThat(blob).as(digest).isNotNull();
    byte[] content = blob.content().getBytes(ISO_8859_1);
    assertThat(sha256(content)).isEqualTo(digest);
    return content;
  }

  private static Map<String, Entry> entries(InputStream in) throws IOException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    try (TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
      for (TarArchiveEntry one = tar.getNextEntry(); one != null; one = tar.getNextEntry()) {
        entries.put(
            one.getName(),
            new Entry(
                one.getLastModifiedTime().to(TimeUnit.SECONDS),
                one.getMode() & 0777,
                one.getLongUserId(),
                new String(tar.readAllBytes(), ISO_8859_1)));
      }
    }
    return entries;
  }

  static String sha256(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return "sha256:" + String.format(Locale.ROOT, "%064x", new BigInteger(1, digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  String text(int layer, String path) {
    return layers.get(layer).entries().get(path).content();
  }
}
