package dev.weft.harness.kubernetes;

import dev.weft.harness.Child;
import dev.weft.harness.HarnessException;
import dev.weft.harness.Ports;
import dev.weft.harness.TemporaryDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * etcd and kube-apiserver on loopback, with RBAC and with keys of their own for service accounts'
 * tokens. The API server can be killed and started again; its address and data stay.
 */
public final class TestCluster implements AutoCloseable {

  /** The audience of tokens that say none, which is the API server itself. */
  public static final String AUDIENCE = "https://kubernetes.default.svc";

  private static final Duration GRACE = Duration.ofSeconds(5);

  /** Somebody else may take a port that was free a moment ago. */
  private static final int ATTEMPTS = 3;

  private final TemporaryDirectory directory = TemporaryDirectory.create("weft-kubernetes");
  private final Binaries binaries;
  private final String address;
  private final Keys keys;
  private final String admin = UUID.randomUUID().toString();
  private final Child etcd;
  private final int store;
  private final int port;
  private final AdminCalls calls;
  private Child server;
  private int starts;

  private TestCluster(Binaries binaries, InetAddress address)
      throws IOException, HarnessException, InterruptedException {
    this.binaries = binaries;
    this.address = address.getHostAddress();
    this.keys = Keys.make(directory.path());
    Files.writeString(
        directory.path().resolve("tokens.csv"), admin + ",admin,admin,\"system:masters\"\n");
    this.store = Ports.free();
    this.etcd = etcd(Ports.free());
    this.port = Ports.free();
    this.calls = new AdminCalls(certificate(), admin, address.getHostAddress() + ":" + port);
    this.server = run();
  }

  /** On loopback; ready when this returns. */
  public static TestCluster start(Binaries binaries)
      throws IOException, HarnessException, InterruptedException {
    return start(binaries, InetAddress.getLoopbackAddress());
  }

  /**
   * Where pods reach it; ready when this returns.
   *
   * @param address of this machine
   */
  public static TestCluster start(Binaries binaries, InetAddress address)
      throws IOException, HarnessException, InterruptedException {
    HarnessException last = new HarnessException("never tried");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      TestCluster cluster = new TestCluster(binaries, address);
      try {
        cluster.awaitReady();
        return cluster;
      } catch (HarnessException e) {
        cluster.close();
        last = e;
      }
    }
    throw last;
  }

  /** Of somebody who may do everything. */
  public Kubeconfig admin() throws IOException {
    return new Kubeconfig(
        "https://" + address + ":" + port, Files.readString(certificate()), admin);
  }

  /** The key that signs service accounts' tokens, PEM. */
  public Path signingKey() {
    return keys.secret();
  }

  /** Ends the API server at once, as a crash would. */
  public void kill() throws InterruptedException {
    server.awaitEnd(Duration.ZERO);
  }

  /** Starts it again where it was; ready when this returns. */
  public void restart() throws IOException, HarnessException, InterruptedException {
    server = run();
    awaitReady();
  }

  /**
   * Until a kind that was just defined is served: a definition is established a moment earlier.
   *
   * @param version with its group: {@code weft.dev/v1alpha1}
   * @param plural as in its address: {@code ratelimits}
   */
  public void awaitServed(String version, String plural)
      throws HarnessException, InterruptedException {
    readiness().awaitServed(version, plural);
  }

  private void awaitReady() throws HarnessException, InterruptedException {
    readiness().awaitReady();
  }

  private Readiness readiness() {
    return new Readiness(server, calls);
  }

  private Path certificate() {
    return directory.path().resolve("certificates/apiserver.crt");
  }

  private Child etcd(int peers) throws IOException {
    String clients = "http://127.0.0.1:" + store;
    String self = "http://127.0.0.1:" + peers;
    return Child.start(
        "etcd",
        List.of(
            binaries.etcd().toString(),
            "--data-dir=" + directory.path().resolve("data"),
            "--listen-client-urls=" + clients,
            "--advertise-client-urls=" + clients,
            "--listen-peer-urls=" + self,
            "--initial-advertise-peer-urls=" + self,
            "--initial-cluster=default=" + self,
            "--unsafe-no-fsync=true"),
        Map.of(),
        directory.path());
  }

  private Child run() throws IOException {
    return Child.start(
        "kube-apiserver-" + ++starts,
        List.of(
            binaries.apiServer().toString(),
            "--etcd-servers=http://127.0.0.1:" + store,
            "--bind-address=" + address,
            "--advertise-address=" + address,
            // Webhooks are reached where their Services' endpoints are: nobody routes virtual
            // addresses.
            "--enable-aggregator-routing=true",
            "--secure-port=" + port,
            "--cert-dir=" + directory.path().resolve("certificates"),
            "--token-auth-file=" + directory.path().resolve("tokens.csv"),
            "--authorization-mode=RBAC",
            "--service-account-issuer=" + AUDIENCE,
            "--service-account-key-file=" + keys.shared(),
            "--service-account-signing-key-file=" + keys.secret(),
            "--service-cluster-ip-range=10.96.0.0/16",
            "--endpoint-reconciler-type=none"),
        Map.of(),
        directory.path());
  }

  @Override
  public void close() throws IOException, InterruptedException {
    server.awaitEnd(Duration.ZERO);
    etcd.terminate();
    etcd.awaitEnd(GRACE);
    directory.close();
  }
}
