package dev.weft.instrumentation.jdksockets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.instrumentation.jdksockets.Ends.Application;
import dev.weft.instrumentation.jdksockets.MemoryWire.Behaviour;
import dev.weft.instrumentation.sockets.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** What tests let two ends say to each other. */
final class Talk {

  static final byte[] QUESTION = Content.pattern(1, 9000);
  static final byte[] ANSWER = Content.pattern(2, 70_000);

  private Talk() {}

  static void exchange(Ends ends, int buffer, String what) {
    exchange(ends, QUESTION, ANSWER, buffer, what);
  }

  static void exchange(Ends ends, byte[] question, byte[] answer, int buffer, String what) {
    Application client = ends.clientSays(question, buffer);
    Application server = ends.serverSays(answer, buffer);
    ends.talk(client, server);
    assertThat(client.failure()).as(what).isNull();
    assertThat(server.failure()).as(what).isNull();
    assertThat(server.heard()).as(what).isEqualTo(question);
    assertThat(client.heard()).as(what).isEqualTo(answer);
    assertThat(ends.leaked()).as(what).isFalse();
    assertThat(ends.client.principal()).as(what).isEqualTo(Ends.SERVER);
    assertThat(ends.server.principal()).as(what).isEqualTo(Ends.CLIENT);
    assertThat(ends.client.bytesSent()).as(what).isEqualTo(question.length);
    assertThat(ends.client.bytesReceived()).as(what).isEqualTo(answer.length);
    assertThat(ends.server.bytesSent()).as(what).isEqualTo(answer.length);
    assertThat(ends.clientMesh.faults() + ends.serverMesh.faults()).as(what).isZero();
    assertThat(ends.clientMesh.open()).as(what).isEmpty();
    assertThat(ends.serverMesh.open()).as(what).isEmpty();
    assertThat(ends.clientMesh.handshakes()).as(what).isEqualTo(1);
  }

  /** What a client of this ALPN protocol says first. */
  static byte[] hello(String protocol) {
    try {
      SSLEngine engine = Ends.CLIENTS.context().createSSLEngine();
      engine.setUseClientMode(true);
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {protocol});
      engine.setSSLParameters(parameters);
      ByteBuffer out = ByteBuffer.allocate(20_000);
      engine.wrap(ByteBuffer.allocate(0), out);
      return Arrays.copyOf(out.array(), out.position());
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Two ends between which the handshake is over, and one byte has gone. */
  static Ends handshaken() throws IOException {
    Ends ends = new Ends(new Behaviour(), new Behaviour());
    byte[] one = new byte[1];
    ends.client.write(new HeapMemory(QUESTION, 0, 1));
    while (ends.server.read(new HeapMemory(one, 0, 1)) != 1) {
      ends.client.read(new HeapMemory(one, 0, 1));
    }
    return ends;
  }
}
