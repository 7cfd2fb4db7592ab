/**
 * The mesh's certificate authority: its root, the tokens by which workloads join, the signing of
 * their requests, and who is at the other end of a call.
 *
 * <p>Where it stands: beside the sources, below the composition root. Only the root and the keys of
 * this service are here; a workload's private key never leaves its process. {@link
 * dev.weft.control.ca.Authority} signs, {@link dev.weft.control.ca.JoinTokens} makes and checks
 * tokens, {@link dev.weft.control.ca.Doorman} finds out who calls, {@link
 * dev.weft.control.ca.CertificateService} is the gRPC side. All of it lives in the state directory,
 * in files that only their owner may read.
 */
@NullMarked
package dev.weft.control.ca;

import org.jspecify.annotations.NullMarked;
