package dev.weft.xds.decode;

import dev.weft.xds.wire.IgnoredFields;
import dev.weft.xds.wire.InvalidMessageException;
import dev.weft.xds.wire.WireReader;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** {@code weft.control.v1.TrustBundle}. One that cannot be read leaves the one before in force. */
final class TrustBundleDecoder {

  /** A rotation has two. */
  private static final int MOST = 64;

  private TrustBundleDecoder() {}

  static TrustBundle decode(WireReader in, IgnoredFields ignored)
      throws InvalidMessageException, InvalidResourceException {
    List<byte[]> written = dev.weft.xds.proto.TrustBundle.parse(in).roots();
    if (written.isEmpty() || written.size() > MOST) {
      throw Where.ROOT.in("roots").refuse(written.size() + " roots (expected: 1 to " + MOST + ")");
    }
    List<X509Certificate> roots = new ArrayList<>();
    for (int i = 0; i < written.size(); i++) {
      roots.add(root(written.get(i), Where.ROOT.in("roots", i)));
    }
    return new TrustBundle(roots);
  }

  private static X509Certificate root(byte[] der, Where where) throws InvalidResourceException {
    try {
      X509Certificate root =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      if (root.getBasicConstraints() < 0) {
        throw where.refuse("no authority's certificate (expected: a root)");
      }
      return root;
    } catch (CertificateException e) {
      throw where.refuse("no certificate: " + e.getMessage() + " (expected: X.509 in DER)");
    }
  }
}
