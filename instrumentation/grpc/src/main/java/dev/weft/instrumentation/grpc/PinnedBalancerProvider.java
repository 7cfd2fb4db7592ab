package dev.weft.instrumentation.grpc;

import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;

/** Makes {@link PinnedBalancer}s, for the mesh's channels only: nobody else knows the name. */
final class PinnedBalancerProvider extends LoadBalancerProvider {

  static final String POLICY = "weft_pinned";

  @Override
  public boolean isAvailable() {
    return true;
  }

  @Override
  public int getPriority() {
    return 5;
  }

  @Override
  public String getPolicyName() {
    return POLICY;
  }

  @Override
  public LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
    return new PinnedBalancer(helper);
  }
}
