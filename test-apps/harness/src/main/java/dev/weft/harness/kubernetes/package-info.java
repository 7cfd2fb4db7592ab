/**
 * A real API server of Kubernetes for tests: etcd and kube-apiserver on loopback, without
 * controllers and nodes. What those would write, a test writes itself.
 */
@NullMarked
package dev.weft.harness.kubernetes;

import org.jspecify.annotations.NullMarked;
