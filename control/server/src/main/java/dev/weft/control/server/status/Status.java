package dev.weft.control.server.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything at one moment. Times are ISO 8601 in UTC; durations are seconds.
 *
 * @param version of the control service
 * @param plaintextUnknown workloads of which it is not known who calls them in plaintext
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Status(
    String version,
    String started,
    Configuration configuration,
    @Nullable Trust trust,
    List<WorkloadState> workloads,
    List<AgentState> agents,
    List<Refusal> refusals,
    List<PlaintextUnknown> plaintextUnknown) {

  /**
   * The mesh's root; null where nobody is asked who he is.
   *
   * @param tls where agents connect with TLS, host:port
   * @param root base64url of the SHA-256 of the root certificate to which new certificates lead
   * @param chain what new certificates lead to: those who sign, up to that root
   * @param roots whom the mesh believes, that one first
   * @param rotation how far a rotation of the root is, and what the next step is; null: none is
   *     under way
   * @param problem why what is to be signed with cannot be used, while the last good is; null: it
   *     can
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Trust(
      String trustDomain,
      String tls,
      String root,
      String rootExpires,
      List<CertificateState> chain,
      List<RootState> roots,
      @Nullable String rotation,
      @Nullable String problem) {}

  /**
   * @param serial in hexadecimal digits
   * @param digest base64url of the SHA-256
   */
  public record CertificateState(String subject, String serial, String expires, String digest) {}

  /**
   * @param root base64url of the SHA-256 of the certificate
   */
  public record RootState(String root, String expires) {}

  /**
   * Somebody who was not let in, got no certificate or could not register.
   *
   * @param who an identity where that was proven, else an address or the name that it gave
   * @param count how often in a row
   */
  public record Refusal(String at, String who, String reason, int count) {}

  /**
   * @param directory from which it is; null: from a cluster
   * @param cluster from which it is; null: from a directory
   * @param ageSeconds since the last change took effect
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Configuration(
      @Nullable String directory,
      @Nullable String cluster,
      double ageSeconds,
      Counts counts,
      List<FindingState> findings) {

    /** From where it is, for people. */
    public String from() {
      return directory == null ? String.valueOf(cluster) : directory;
    }
  }

  /**
   * How much there is of what.
   *
   * @param policies on destinations and on peers
   */
  public record Counts(int services, int rules, int policies, int workloads) {}

  /**
   * @param severity {@code error}, {@code warning} or {@code info}
   * @param line counts from 1; null for the whole file
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record FindingState(
      String code,
      String severity,
      @Nullable String file,
      @Nullable Integer line,
      @Nullable String resource,
      @Nullable String field,
      String message) {}

  /**
   * A workload that registered itself.
   *
   * @param connected whether its agent's stream is open; else its lease runs out
   * @param off {@code true} where it is switched off while it runs; null: it is not
   * @param sync of its agent's configuration; null where that agent has no stream for it
   * @param identity its SPIFFE id, as it proved it; null: nobody knows
   * @param certificateSerial of the last certificate of its identity, in hexadecimal digits; null
   *     if none is known
   * @param certificateExpires of the last certificate of its identity; null if none is known
   * @param mtls what it demands of those who connect: a mode, and others by port; null where it has
   *     no identity, and demands nothing
   * @param problem why it may not serve at all; null if it may
   * @param unmeshed sockets that the mesh does not carry
   * @param unmeshedLeftOff how many such sockets are of kinds that are not shown
   * @param plaintext who has called it in plaintext; null: its agent has not said
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record WorkloadState(
      String name,
      String namespace,
      String instance,
      Map<String, String> labels,
      String address,
      boolean connected,
      String since,
      @Nullable String sync,
      @Nullable Boolean off,
      @Nullable String identity,
      @Nullable String certificateSerial,
      @Nullable String certificateExpires,
      @Nullable String mtls,
      @Nullable String problem,
      Jvm jvm,
      List<PortState> ports,
      List<LibraryState> libraries,
      List<UnmeshedState> unmeshed,
      long unmeshedLeftOff,
      @Nullable PlaintextState plaintext) {}

  /**
   * @param metrics host and port of its metrics; empty: none
   */
  public record Jvm(String agentVersion, String javaVersion, long pid, String metrics) {}

  /**
   * @param address where others reach it; null if they cannot
   * @param problem why it is not served; null if it is
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PortState(
      int port,
      String protocol,
      String library,
      @Nullable String address,
      @Nullable String problem) {}

  /**
   * @param problem why it is not woven; empty if it is
   */
  public record LibraryState(String name, String version, String problem) {}

  /**
   * Sockets that the mesh does not carry, and that are alike.
   *
   * @param kind {@code listener} or {@code connection}
   * @param addresses some of them
   * @param library whose code opened them
   * @param reason why the mesh does not carry them
   * @param frames of the stack that opened the first, from the innermost outwards
   */
  public record UnmeshedState(
      String kind,
      List<String> addresses,
      String library,
      String reason,
      long count,
      List<String> frames) {}

  /**
   * Who has called a workload in plaintext where mutual TLS was to be had.
   *
   * @param since from when on nobody else has
   * @param leftOff connections of callers for whom there was no room
   */
  public record PlaintextState(String since, List<PlaintextCaller> callers, long leftOff) {}

  /**
   * One address that calls one port.
   *
   * @param workloads who was there then: nobody if it is not known, several where they share it
   * @param ownTls whether what it speaks is TLS, but not the mesh's
   * @param count of its connections
   * @param open how many of them are open
   * @param lastSeen when one was open last
   */
  public record PlaintextCaller(
      String address,
      List<CallerState> workloads,
      int port,
      boolean ownTls,
      long count,
      long open,
      String lastSeen) {}

  /**
   * Who is behind an address.
   *
   * @param instance of which there is no other: a pod's namespace and name, for example
   * @param serviceAccount null: not known
   * @param identity its SPIFFE id, where it is in the mesh; null: it is not
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record CallerState(
      String name,
      String namespace,
      String instance,
      Map<String, String> labels,
      @Nullable String serviceAccount,
      @Nullable String identity) {}

  /**
   * A workload of which it is not known who calls it in plaintext.
   *
   * @param reason why not
   */
  public record PlaintextUnknown(String name, String namespace, String address, String reason) {}

  /**
   * A client of the ADS server.
   *
   * @param profile {@code weft}, {@code grpc} or {@code envoy}
   * @param sync {@code SYNCED}, {@code STALE} or {@code NACK}: the worst of its types
   * @param identity its SPIFFE id, as it proved it; null: nobody knows
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record AgentState(
      String node,
      String profile,
      String namespace,
      String version,
      String address,
      @Nullable String identity,
      String since,
      String sync,
      List<TypeState> types) {}

  /**
   * @param type {@code hosts}, {@code inbound}, {@code identities}, {@code cds}, {@code eds},
   *     {@code rds} or {@code lds}
   * @param pending how many names have news that was not sent yet
   * @param acknowledged the version that it took last; null if none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TypeState(
      String type,
      int subscribed,
      int pending,
      String sync,
      @Nullable String acknowledged,
      @Nullable String acknowledgedAt,
      @Nullable Nack nack) {}

  /**
   * @param reason in the agent's words
   * @param resources in the refused response
   */
  public record Nack(String reason, List<String> resources, String at) {}
}
