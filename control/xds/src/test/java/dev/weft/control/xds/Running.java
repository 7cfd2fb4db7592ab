package dev.weft.control.xds;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.util.UUID;

/** An ADS server in this process, and a channel to it. */
final class Running implements AutoCloseable {

  final AdsServer ads;
  private final Models models;
  private final Server server;
  private final ManagedChannel channel;

  Running(Models models) throws IOException {
    this.models = models;
    String name = UUID.randomUUID().toString();
    ads = new AdsServer(models, Pacing.NONE, Pacing.NONE, () -> null);
    server = InProcessServerBuilder.forName(name).addService(ads.service()).build().start();
    channel = InProcessChannelBuilder.forName(name).build();
  }

  /** Waits until everybody knows the current model. */
  void settle() {
    var wanted = models.current();
    ads.everybodyKnows(model -> model == wanted)
        .toCompletableFuture()
        .orTimeout(10, SECONDS)
        .join();
  }

  Channel channel() {
    return channel;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
    ads.close();
  }
}
