package dev.weft.control.ca;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * That a state directory's certificates are signed by a plug-in authority, and with which roots:
 * {@code plugged.json}. The command line, which cannot read the authority's files, makes tokens by
 * it.
 *
 * @param directory where the authority's files were last
 */
record PluggedState(String trustDomain, String directory, List<X509Certificate> roots)
    implements MeshRoot {

  private static final String NAME = "plugged.json";

  PluggedState {
    roots = List.copyOf(roots);
  }

  static @Nullable PluggedState read(StateFolder folder) throws IOException {
    Optional<String> text = folder.read(NAME);
    if (text.isEmpty()) {
      return null;
    }
    try {
      Map<String, Object> object = JSONObjectUtils.parse(text.get());
      List<X509Certificate> roots = new ArrayList<>();
      String[] written = JSONObjectUtils.getStringArray(object, "roots");
      for (String pem : written == null ? new String[0] : written) {
        roots.add(Pem.certificate(pem));
      }
      if (roots.isEmpty()) {
        throw new ParseException("no roots", 0);
      }
      return new PluggedState(
          TokenFile.text(object, "trustDomain"), TokenFile.text(object, "directory"), roots);
    } catch (ParseException | GeneralSecurityException | RuntimeException e) {
      throw new IOException(
          folder.file(NAME)
              + " is damaged: "
              + Shown.of(String.valueOf(e.getMessage()))
              + " (expected: what this service wrote; remove it, and start 'weftctl up --ca')",
          e);
    }
  }

  void write(StateFolder folder) throws IOException {
    if (this.equals(read(folder))) {
      return;
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("trustDomain", trustDomain);
    object.put("directory", directory);
    object.put("roots", roots.stream().map(Pem::write).toList());
    folder.write(NAME, JSONObjectUtils.toJSONString(object) + "\n");
  }

  @Override
  public String rootDigest() {
    return Certificates.digest(roots.get(0));
  }

  @Override
  public boolean isKnownBy(String digest) {
    return roots.stream().map(Certificates::digest).anyMatch(digest::equals);
  }

  /** Refuses a state directory whose certificates we do not sign with roots of our own. */
  static void requireNone(StateFolder folder) throws IOException {
    PluggedState there = read(folder);
    if (there != null) {
      throw new IOException(
          folder.file(NAME)
              + ": certificates are signed by the authority in "
              + there.directory()
              + " (expected: 'weftctl up --ca "
              + there.directory()
              + "', and its roots replaced there; or remove this file, and let every workload join"
              + " anew)");
    }
  }
}
