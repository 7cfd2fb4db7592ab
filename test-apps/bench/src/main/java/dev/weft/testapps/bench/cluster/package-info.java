/**
 * What a cluster costs the control service: services, pods and slices on a real API server, a
 * control service that follows them, and clients of its xDS server that wait for a change.
 */
@NullMarked
package dev.weft.testapps.bench.cluster;

import org.jspecify.annotations.NullMarked;
