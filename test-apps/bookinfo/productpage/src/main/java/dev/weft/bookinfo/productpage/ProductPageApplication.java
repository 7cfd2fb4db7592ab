package dev.weft.bookinfo.productpage;

import java.util.Locale;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.event.EventListener;

/** The application; its settings are in {@code application.properties}. */
@SpringBootApplication(proxyBeanMethods = false)
public class ProductPageApplication {

  public static void main(String[] args) {
    SpringApplication.run(ProductPageApplication.class, args);
  }

  @EventListener
  void ready(ApplicationReadyEvent event) {
    var context = (ServletWebServerApplicationContext) event.getApplicationContext();
    System.out.println(
        String.format(
            Locale.ROOT,
            "productpage %s is ready on port %d",
            context.getEnvironment().getRequiredProperty("bookinfo.version"),
            context.getWebServer().getPort()));
  }
}
