package dev.weft.bookinfo.reviews;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings, in {@code application.properties}.
 *
 * @param version what this application is: {@code v1}, {@code v2} or {@code v3}
 * @param pod the instance, as answers name it
 * @param ratingsUrl where v2 finds ratings
 * @param ratingsTarget where v3 finds ratings
 */
@ConfigurationProperties("bookinfo")
record ReviewsSettings(String version, String pod, URI ratingsUrl, String ratingsTarget) {

  String starColor() {
    return version.equals("v3") ? "red" : "black";
  }
}
