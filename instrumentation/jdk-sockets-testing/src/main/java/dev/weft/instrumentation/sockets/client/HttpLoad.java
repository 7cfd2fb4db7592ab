package dev.weft.instrumentation.sockets.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weft.instrumentation.sockets.Content;
import dev.weft.instrumentation.sockets.server.VirtualThreads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Small and large requests of one HTTP client, mixed by seed. */
final class HttpLoad implements Client {

  private final Supplier<Caller> callers;
  private final boolean virtual;
  private final Path folder;

  HttpLoad(Supplier<Caller> callers, boolean virtual, Path folder) {
    this.callers = callers;
    this.virtual = virtual;
    this.folder = folder;
  }

  @Override
  public void run(int port, Work work, Tally tally) throws Exception {
    String base = "http://127.0.0.1:" + port;
    try (Caller caller = callers.get()) {
      ExecutorService executor =
          virtual ? VirtualThreads.executor() : Executors.newFixedThreadPool(work.threads());
      tally.all(
          executor,
          work.threads(),
          number -> {
            Random random = new Random(7L * number + 1);
            for (int i = 0; i < work.calls(); i++) {
              tally.attempt(() -> mixed(caller, base, random));
            }
          });
      if (work.megabytes() > 0) {
        large(caller, base, work.megabytes() << 20, tally);
      }
    }
  }

  private static void mixed(Caller caller, String base, Random random) throws Exception {
    int kind = random.nextInt(20);
    int seed = random.nextInt(1000);
    if (kind < 12) {
      Content.compare(Content.SMALL, caller.get(base + "/small"), "small");
    } else if (kind < 18) {
      int size = 1 + random.nextInt(kind == 17 ? 300_000 : 4000);
      byte[] body = Content.pattern(seed, size);
      Content.compare(body, caller.post(base + "/echo", body, kind % 2 == 0), "echo");
    } else {
      int size = 1 + random.nextInt(kind == 19 ? 600_000 : 50_000);
      byte[] body = caller.get(base + "/big?n=" + size + "&seed=" + seed);
      Content.compare(Content.big(seed, size), body, "big");
    }
  }

  private void large(Caller caller, String base, int size, Tally tally) {
    byte[] body = Content.big(5, size);
    tally.attempt(
        () -> {
          byte[] hash = caller.post(base + "/hash", body, /* chunked= */ true);
          Content.compare(Content.hash(body).getBytes(US_ASCII), hash, "upload");
        });
    tally.attempt(
        () -> Content.compare(body, caller.get(base + "/big?n=" + size + "&seed=5"), "download"));
    tally.attempt(
        () -> {
          byte[] file = Files.readAllBytes(Content.file(folder));
          Content.compare(file, caller.get(base + "/file"), "file");
        });
  }
}
