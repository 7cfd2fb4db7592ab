package dev.weft.instrumentation.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weft.instrumentation.sockets.pki.Authority;
import dev.weft.instrumentation.sockets.pki.Credentials;
import dev.weft.instrumentation.testing.run.Jdk;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Clients that mean no good, or know no better, against every server under STRICT. */
class HostileIT {

  private static final List<String> SERVERS =
      List.of("tomcat", "tomcat-nio2", "jetty", "undertow", "netty", "jdk");
  private static final Duration HANDSHAKE = Duration.ofSeconds(2);
  private static final int CROWD = 1000;
  private static final String STRANGER = "spiffe://example.org/ns/default/sa/client";

  @TestFactory
  Stream<DynamicNode> everyServer() {
    List<DynamicNode> jdks = new ArrayList<>();
    for (Jdk jdk : Jdk.installed()) {
      Shared shared = new Shared(jdk);
      List<DynamicNode> servers = new ArrayList<>();
      for (String server : SERVERS) {
        List<DynamicTest> tests = new ArrayList<>();
        new Against(shared, server)
            .all()
            .forEach((name, test) -> tests.add(DynamicTest.dynamicTest(name, test)));
        servers.add(DynamicContainer.dynamicContainer(server, tests));
      }
      servers.add(DynamicTest.dynamicTest("afterwards", shared::end));
      jdks.add(DynamicContainer.dynamicContainer("JDK " + jdk.feature(), servers));
    }
    return jdks.stream();
  }

  /** The servers' JVM, started for the first test and ended by the last. */
  private static final class Shared {
    private final Jdk jdk;
    private ServerJvm jvm;

    Shared(Jdk jdk) {
      this.jdk = jdk;
    }

    synchronized ServerJvm jvm() throws Exception {
      if (jvm == null) {
        String timeout = "-Dweft.handshake.timeout=" + HANDSHAKE.toSeconds() + "s";
        jvm = ServerJvm.start(jdk, "STRICT", List.of(timeout), SERVERS);
      }
      return jvm;
    }

    void end() throws Exception {
      try (ServerJvm ending = jvm()) {
        assertThat(ending.seen()).contains(" plaintexts=0 faults=0 suppressed=0 ");
      }
    }
  }

  private static final class Against {
    private final Shared shared;
    private final String server;

    Against(Shared shared, String server) {
      this.shared = shared;
      this.server = server;
    }

    private Stranger stranger() throws Exception {
      return new Stranger(shared.jvm().ports().get(server));
    }

    private SSLContext honest() throws Exception {
      return shared.jvm().client.context();
    }

    private void stillServes() throws Exception {
      assertThat(stranger().ask(honest(), "/small")).contains("hello");
    }

    Map<String, Executable> all() {
      Map<String, Executable> all = new LinkedHashMap<>();
      all.put("an honest client", this::stillServes);
      all.put("a plaintext caller", this::plaintext);
      all.put("plaintext, its first byte alone", this::splitPlaintext);
      all.put("no certificate", this::anonymous);
      all.put("a certificate of another authority", this::foreignAuthority);
      all.put("a certificate of another trust domain", this::foreignTrustDomain);
      all.put("an expired certificate", this::expired);
      all.put("TLS without the mesh's ALPN", this::otherProtocol);
      all.put("a client that is silent, then speaks", this::silentThenSpeaks);
      all.put("single bytes", this::dribble);
      all.put("forty that sent one byte, or half a hello", this::stuck);
      all.put("junk after 16 03", this::junk);
      all.put("a truncated hello", this::truncated);
      all.put("thirty resets in mid-download", this::resets);
      all.put("two hundred pipelined requests", this::pipelined);
      all.put("a slow reader of a file", this::slowReader);
      if (server.equals("tomcat") || server.equals("netty")) {
        all.put("a thousand silent clients", this::crowd);
      }
      all.put("openssl s_client", this::openssl);
      return all;
    }

    private static final byte[] HALF_HELLO = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};

    private void plaintext() throws Exception {
      assertThat(Stranger.ask(stranger().connect(), Stranger.request("/small"))).isNull();
    }

    private void splitPlaintext() throws Exception {
      Socket socket = stranger().connect();
      socket.getOutputStream().write('G');
      Thread.sleep(100);
      byte[] rest = Arrays.copyOfRange(Stranger.request("/small"), 1, 40);
      assertThat(Stranger.ask(socket, rest)).isNull();
    }

    private void anonymous() throws Exception {
      SSLContext nobody = Credentials.anonymous(shared.jvm().authority.root());
      assertThat(stranger().ask(nobody, "/small")).isNull();
    }

    private void foreignAuthority() throws Exception {
      SSLContext foreign =
          new Authority("foreign")
              .issue(ServerJvm.CLIENT)
              .trusting(shared.jvm().authority.root())
              .context();
      assertThat(stranger().ask(foreign, "/small")).isNull();
    }

    private void foreignTrustDomain() throws Exception {
      SSLContext foreign = shared.jvm().authority.issue(STRANGER).context();
      assertThat(stranger().ask(foreign, "/small")).isNull();
    }

    private void expired() throws Exception {
      SSLContext old =
          shared.jvm().authority.issue(ServerJvm.CLIENT, Duration.ofMinutes(-5)).context();
      assertThat(stranger().ask(old, "/small")).isNull();
    }

    private void otherProtocol() throws Exception {
      Socket tls = Stranger.tls(honest(), stranger().connect(), "http/1.1");
      assertThat(Stranger.ask(tls, Stranger.request("/small"))).isNull();
    }

    private void silentThenSpeaks() throws Exception {
      Socket socket = stranger().connect();
      Thread.sleep(HANDSHAKE.toMillis() / 2);
      Socket tls = Stranger.tls(honest(), socket);
      assertThat(Stranger.ask(tls, Stranger.request("/small"))).contains("hello");
    }

    private void dribble() throws Exception {
      Socket tls = Stranger.tls(honest(), stranger().dribbling());
      assertThat(Stranger.ask(tls, Stranger.request("/small"))).contains("hello");
    }

    private void stuck() throws Exception {
      List<Socket> sockets = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        Socket socket = stranger().connect();
        socket.getOutputStream().write(HALF_HELLO, 0, i % 2 == 0 ? 1 : HALF_HELLO.length);
        sockets.add(socket);
      }
      stillServes();
      for (Socket socket : sockets) {
        assertThat(Stranger.ends(socket)).isTrue();
      }
    }

    private void junk() throws Exception {
      byte[] junk = {0x16, 3, 1, 0, 5, 'h', 'e', 'l', 'l', 'o'};
      assertThat(Stranger.ask(stranger().connect(), junk)).isNull();
    }

    private void truncated() throws Exception {
      Socket socket = stranger().connect();
      socket.getOutputStream().write(HALF_HELLO);
      socket.shutdownOutput();
      assertThat(Stranger.ends(socket)).isTrue();
    }

    private void resets() throws Exception {
      for (int i = 0; i < 30; i++) {
        Socket socket = stranger().connect();
        try (SSLSocket tls = Stranger.tls(honest(), socket)) {
          tls.getOutputStream().write(Stranger.request("/big?n=3000000&seed=1"));
          tls.getInputStream().readNBytes(1000);
          socket.setSoLinger(true, 0);
          socket.close();
        }
      }
      stillServes();
    }

    private void pipelined() throws Exception {
      ByteArrayOutputStream requests = new ByteArrayOutputStream();
      for (int i = 1; i < 200; i++) {
        requests.writeBytes(Stranger.lasting("/small"));
      }
      requests.writeBytes(Stranger.request("/small"));
      Socket tls = Stranger.tls(honest(), stranger().connect());
      String answer = String.valueOf(Stranger.ask(tls, requests.toByteArray()));
      assertThat(answer.split("hello", -1)).hasSize(201);
    }

    private void slowReader() throws Exception {
      byte[] expected = Files.readAllBytes(Content.file(shared.jvm().folder));
      Socket slow = stranger().connect();
      slow.setReceiveBufferSize(64 * 1024);
      try (SSLSocket tls = Stranger.tls(honest(), slow)) {
        tls.getOutputStream().write(Stranger.request("/file"));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        InputStream in = tls.getInputStream();
        byte[] buffer = new byte[16384];
        int reads = 0;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          all.write(buffer, 0, count);
          if (reads++ < 100) {
            Thread.sleep(3);
          }
        }
        Content.compare(expected, body(all.toByteArray()), "file");
      }
    }

    private static byte[] body(byte[] response) {
      String text = new String(response, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      if (!text.substring(0, end).toLowerCase(java.util.Locale.ROOT).contains("chunked")) {
        return Arrays.copyOfRange(response, end + 4, response.length);
      }
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      int at = end + 4;
      while (true) {
        int line = text.indexOf("\r\n", at);
        int count = Integer.parseInt(text.substring(at, line).strip(), 16);
        if (count == 0) {
          return body.toByteArray();
        }
        body.write(response, line + 2, count);
        at = line + 2 + count + 2;
      }
    }

    private void crowd() throws Exception {
      List<Socket> sockets = new ArrayList<>();
      for (int i = 0; i < CROWD; i++) {
        sockets.add(stranger().connect());
      }
      stillServes();
      for (Socket socket : sockets) {
        assertThat(Stranger.ends(socket)).isTrue();
      }
      stillServes();
    }

    private void openssl() throws Exception {
      Assumptions.assumeTrue(ChildJvm.has("openssl"), "SKIPPED: openssl is not installed");
      String folder = shared.jvm().folder.toString();
      List<String> command =
          List.of(
              "openssl",
              "s_client",
              "-quiet",
              "-connect",
              "127.0.0.1:" + shared.jvm().ports().get(server),
              "-alpn",
              "istio",
              "-cert",
              folder + "/client.crt",
              "-key",
              folder + "/client.key",
              "-CAfile",
              folder + "/client.ca",
              "-verify_return_error");
      String request = new String(Stranger.request("/small"), StandardCharsets.US_ASCII);
      assertThat(ChildJvm.run(request, command)).contains("hello");
    }
  }

  /** Plaintext and mesh TLS at one port. */
  @TestFactory
  Stream<DynamicNode> permissive() {
    return Jdk.installed().stream()
        .map(jdk -> DynamicTest.dynamicTest("JDK " + jdk.feature(), () -> permissive(jdk)));
  }

  private static void permissive(Jdk jdk) throws Exception {
    try (ServerJvm jvm = ServerJvm.start(jdk, "PERMISSIVE", List.of(), SERVERS)) {
      SSLContext honest = jvm.client.context();
      SSLContext foreign = jvm.authority.issue(STRANGER).context();
      for (Map.Entry<String, Integer> port : jvm.ports().entrySet()) {
        Stranger stranger = new Stranger(port.getValue());
        String what = port.getKey();
        byte[] request = Stranger.request("/small");
        assertThat(Stranger.ask(stranger.connect(), request)).as(what).contains("hello");
        assertThat(stranger.ask(honest, "/small")).as(what).contains("hello");
        assertThat(stranger.ask(foreign, "/small")).as(what).isNull();
        Socket split = stranger.connect();
        split.getOutputStream().write('G');
        Thread.sleep(100);
        byte[] rest = Arrays.copyOfRange(request, 1, request.length);
        assertThat(Stranger.ask(split, rest)).as(what).contains("hello");
      }
      await().untilAsserted(() -> assertThat(jvm.seen("open")).isZero());
      assertThat(jvm.seen()).contains(" faults=0 suppressed=0 ");
      assertThat(jvm.seen("plaintexts")).isEqualTo(2 * SERVERS.size());
    }
  }
}
