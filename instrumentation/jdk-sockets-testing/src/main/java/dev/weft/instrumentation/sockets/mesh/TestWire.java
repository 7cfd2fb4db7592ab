package dev.weft.instrumentation.sockets.mesh;

import dev.weft.bridge.Connection;
import dev.weft.bridge.Hello;
import dev.weft.bridge.Wire;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** A mesh whose decisions are a test's: who is expected where, and what is served to whom. */
public final class TestWire implements Wire {

  /** What a port demands of its callers. */
  public enum Mode {
    STRICT,
    PERMISSIVE,
    /** None of the mesh's. */
    OFF
  }

  private static final String TRUST_DOMAIN = "spiffe://cluster.local/";
  private static final int URI = 6;

  private final SSLContext context;
  private final Map<Integer, String> expected = new ConcurrentHashMap<>();
  private final Map<Integer, Mode> modes = new ConcurrentHashMap<>();
  private final Set<Integer> ownTls = ConcurrentHashMap.newKeySet();
  private final Set<Integer> serverFirst = ConcurrentHashMap.newKeySet();
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<String> refusals = new ConcurrentLinkedQueue<>();
  private final AtomicInteger handshakes = new AtomicInteger();
  private final AtomicInteger plaintexts = new AtomicInteger();
  private final AtomicInteger faults = new AtomicInteger();

  public TestWire(SSLContext context) {
    this.context = context;
  }

  /** Connections to this port are mesh TLS with this peer. */
  public void expect(int port, String spiffeId) {
    expected.put(port, spiffeId);
  }

  /** Ports that are not named are {@link Mode#OFF}. */
  public void serve(int port, Mode mode) {
    modes.put(port, mode);
  }

  public void ownTls(int port) {
    ownTls.add(port);
  }

  public void serverFirst(int port) {
    serverFirst.add(port);
  }

  @Override
  public boolean serverFirst(InetSocketAddress local) {
    return serverFirst.contains(local.getPort());
  }

  /** Connections that are open now. */
  public Set<Connection> open() {
    return open;
  }

  /** Why connections were given up, in order. */
  public List<String> refusals() {
    return List.copyOf(refusals);
  }

  public int handshakes() {
    return handshakes.get();
  }

  public int plaintexts() {
    return plaintexts.get();
  }

  /** Calls that broke the contract: a connection closed twice, or never opened. */
  public int faults() {
    return faults.get();
  }

  @Override
  public Plan connecting(InetSocketAddress remote) {
    String peer = expected.get(remote.getPort());
    if (peer == null) {
      return new Plan.Plain();
    }
    // The session cache's key is who is expected: nobody else's session is resumed.
    String key = peer.replace("://", ".").replace('/', '.');
    SSLEngine engine = engine(context.createSSLEngine(key, remote.getPort()), true, "weft");
    return new Plan.Tls(engine, session -> verified(session, peer));
  }

  @Override
  public boolean guards(InetSocketAddress local) {
    return mode(local) != Mode.OFF;
  }

  private Mode mode(InetSocketAddress local) {
    return modes.getOrDefault(local.getPort(), Mode.OFF);
  }

  @Override
  public Plan accepted(InetSocketAddress local, InetSocketAddress remote, Hello hello) {
    boolean mesh =
        hello.protocols().stream()
            .anyMatch(name -> name.equals("weft") || name.startsWith("istio"));
    if (mesh) {
      SSLEngine engine =
          engine(context.createSSLEngine(), false, "weft", "istio", "istio-peer-exchange");
      return new Plan.Tls(engine, session -> verified(session, TRUST_DOMAIN));
    }
    boolean own = hello.kind() == Hello.Kind.TLS && ownTls.contains(local.getPort());
    if (mode(local) == Mode.STRICT && !own) {
      return new Plan.Refuse(hello.kind() + " where mesh TLS is required");
    }
    return new Plan.Plain();
  }

  private static SSLEngine engine(SSLEngine engine, boolean client, String... protocols) {
    engine.setUseClientMode(client);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3"});
    parameters.setCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"});
    parameters.setApplicationProtocols(protocols);
    if (!client) {
      parameters.setNeedClientAuth(true);
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  /** The peer's id, which is the expected one, or begins with it where that ends with a slash. */
  private static String verified(SSLSession session, String expected) throws SSLException {
    String id = id(session);
    boolean matches = expected.endsWith("/") ? id.startsWith(expected) : id.equals(expected);
    if (!matches) {
      throw new SSLException("the peer is " + id + " (expected: " + expected + ")");
    }
    return id;
  }

  private static String id(SSLSession session) throws SSLException {
    try {
      Certificate[] chain = session.getPeerCertificates();
      var names = ((X509Certificate) chain[0]).getSubjectAlternativeNames();
      if (names != null) {
        for (List<?> name : names) {
          if (name.get(0) instanceof Integer type && type == URI) {
            return String.valueOf(name.get(1));
          }
        }
      }
    } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
      throw new SSLException("the peer has no certificate", e);
    }
    throw new SSLException("the peer's certificate has no SPIFFE id");
  }

  @Override
  public void opened(Connection connection) {
    (connection.principal() == null ? plaintexts : handshakes).incrementAndGet();
    if (!open.add(connection)) {
      faults.incrementAndGet();
    }
  }

  @Override
  public void closed(Connection connection) {
    if (!open.remove(connection)) {
      faults.incrementAndGet();
    }
  }

  @Override
  public void refused(InetSocketAddress local, InetSocketAddress remote, String reason) {
    refusals.add(reason);
  }
}
