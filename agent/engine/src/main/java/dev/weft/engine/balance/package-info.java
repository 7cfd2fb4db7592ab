/** From a cluster to one of its endpoints: health, priorities and Envoy's load balancers. */
@NullMarked
package dev.weft.engine.balance;

import org.jspecify.annotations.NullMarked;
