/**
 * The mesh in a cluster, whole: a real etcd and API server, the chart's objects as Helm renders
 * them, webhooks that the API server calls, and a node that runs what the API server has stored.
 * What is not real: the scheduler and the controllers are {@link dev.weft.kubernetes.Controllers},
 * images are directories of this machine, users of containers are not changed, and names are
 * resolved by files.
 */
@NullMarked
package dev.weft.kubernetes;

import org.jspecify.annotations.NullMarked;
