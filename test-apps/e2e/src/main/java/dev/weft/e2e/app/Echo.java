package dev.weft.e2e.app;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/**
 * Answers every request with its own name and what it saw. Arguments: the name to answer with, the
 * port (0: any), and how many requests a connection may carry (else Tomcat's own). {@code
 * /slow/MILLIS} answers late; {@code /status/CODE} with that status; {@code /seen} with how many
 * other requests there were, and what was answered to the last. Every request is answered late, or
 * with another status, once standard input says {@code slow MILLIS} or {@code status CODE}, which
 * is repeated on standard output.
 */
public final class Echo {

  private static volatile int status = HttpServletResponse.SC_OK;
  private static volatile long delay;

  private Echo() {}

  public static void main(String[] args) throws IOException, LifecycleException {
    String name = args[0];
    Path base = Files.createTempDirectory("echo");
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(base.toString());
    tomcat.setPort(Integer.parseInt(args[1]));
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    if (args.length > 2) {
      tomcat.getConnector().setProperty("maxKeepAliveRequests", args[2]);
    }
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "echo", new EchoServlet(name));
    context.addServletMappingDecoded("/", "echo");
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    tomcat.stop();
                  } catch (LifecycleException e) {
                    System.err.println("echo did not stop well: " + e);
                  }
                }));
    tomcat.start();
    System.out.println("ready " + tomcat.getConnector().getLocalPort());
    Thread orders = new Thread(Echo::obey, "orders");
    orders.setDaemon(true);
    orders.start();
    tomcat.getServer().await();
  }

  private static void obey() {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        String[] order = line.split(" ", -1);
        switch (order[0]) {
          case "status" -> status = Integer.parseInt(order[1]);
          case "slow" -> delay = Long.parseLong(order[1]);
          default -> throw new IllegalArgumentException(line);
        }
        System.out.println(line);
      }
    } catch (IOException e) {
      System.err.println("no more orders: " + e);
    }
  }

  private static final class EchoServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private final String name;
    private final transient AtomicInteger seen = new AtomicInteger();
    private transient volatile String last = "nothing";

    EchoServlet(String name) {
      this.name = name;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      String[] path = request.getRequestURI().split("/", -1);
      pause(delay);
      response.setStatus(status);
      if (path.length > 2 && path[1].equals("slow")) {
        pause(Long.parseLong(path[2]));
      }
      if (path.length > 2 && path[1].equals("status")) {
        response.setStatus(Integer.parseInt(path[2]));
      }
      long body = request.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
      response.setContentType("text/plain");
      response.setHeader("x-echo", name);
      StringBuilder answer = new StringBuilder(name).append(' ').append(request.getMethod());
      answer.append(' ').append(request.getRequestURI()).append(" body=").append(body).append('\n');
      for (String header : Collections.list(request.getHeaderNames())) {
        for (String value : Collections.list(request.getHeaders(header))) {
          answer.append(header).append(": ").append(value).append('\n');
        }
      }
      if (path.length > 1 && path[1].equals("seen")) {
        response.getWriter().write("seen " + seen.get() + " " + last);
        return;
      }
      last = answer.toString();
      seen.incrementAndGet();
      response.getWriter().write(last);
    }

    private static void pause(long millis) {
      try {
        Thread.sleep(millis); // the behaviour under test: a slow handler
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
