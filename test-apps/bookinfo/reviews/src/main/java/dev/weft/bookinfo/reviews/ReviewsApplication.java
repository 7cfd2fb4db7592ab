package dev.weft.bookinfo.reviews;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import java.util.Optional;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;

/** The application; {@link ReviewsSettings} says which version it is. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableConfigurationProperties(ReviewsSettings.class)
public class ReviewsApplication {

  public static void main(String[] args) {
    SpringApplication.run(ReviewsApplication.class, args);
  }

  @Bean
  Ratings ratings(ReviewsSettings settings, ObjectMapper json) {
    return switch (settings.version()) {
      case "v1" -> productId -> Optional.empty();
      case "v2" -> new HttpRatings(settings.ratingsUrl(), json);
      case "v3" -> new GrpcRatings(settings.ratingsTarget());
      default ->
          throw new IllegalArgumentException(
              "SERVICE_VERSION: " + settings.version() + " (expected: v1, v2 or v3)");
    };
  }

  @EventListener
  void ready(ApplicationReadyEvent event) {
    var context = (ServletWebServerApplicationContext) event.getApplicationContext();
    System.out.println(
        String.format(
            Locale.ROOT,
            "reviews %s is ready on port %d",
            context.getBean(ReviewsSettings.class).version(),
            context.getWebServer().getPort()));
  }
}
