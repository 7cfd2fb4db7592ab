package dev.weft.bookinfo.productpage;

import dev.weft.bookinfo.productpage.Reviews.Rating;
import dev.weft.bookinfo.productpage.Reviews.Review;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.HtmlUtils;

/** The HTML of a product. */
final class ProductPage {

  @SuppressWarnings("InlineFormatString") // reads better apart from the code
  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
        <meta charset="utf-8">
        <title>%1$s</title>
        <style>
          body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; }
          header { display: flex; justify-content: space-between; color: #666; }
          dt { float: left; width: 7rem; color: #666; } dd { margin-left: 7rem; }
          blockquote { border-left: 3px solid #ddd; margin: 1rem 0; padding-left: 1rem; }
          .red { color: #c00; } .error { color: #c00; } .by { color: #999; font-size: 0.8rem; }
        </style>
      </head>
      <body>
        <header><span>BookInfo</span><span>%2$s</span></header>
        <h1>%1$s</h1>
        <section><h2>Book details</h2>%3$s</section>
        <section><h2>Book reviews</h2>%4$s</section>
      </body>
      </html>
      """;

  private ProductPage() {}

  static String render(Product product, String user) {
    return String.format(
        Locale.ROOT,
        PAGE,
        escape(product.title()),
        user.isEmpty() ? "not signed in" : "signed in as " + escape(user),
        part(product.details(), ProductPage::details),
        part(product.reviews(), ProductPage::reviews));
  }

  private static <T> String part(Part<T> part, Function<T, String> html) {
    T value = part.value();
    return value == null
        ? String.format(
            Locale.ROOT, "<p class=\"error\">%s</p>", escape(String.valueOf(part.error())))
        : html.apply(value);
  }

  private static String details(Details details) {
    return "<dl>"
        + entry("Author", details.author())
        + entry("Year", Integer.toString(details.year()))
        + entry("Type", details.type())
        + entry("Pages", Integer.toString(details.pages()))
        + entry("Publisher", details.publisher())
        + entry("Language", details.language())
        + entry("ISBN-13", details.isbn13())
        + "</dl>";
  }

  private static String entry(String name, String value) {
    return String.format(Locale.ROOT, "<dt>%s</dt><dd>%s</dd>", name, escape(value));
  }

  private static String reviews(Reviews reviews) {
    String quotes =
        reviews.reviews().stream().map(ProductPage::review).collect(Collectors.joining());
    Reviews.Instance ratings = reviews.ratings();
    String ratedBy =
        ratings == null
            ? ""
            : String.format(Locale.ROOT, ", ratings %s on %s", ratings.version(), ratings.pod());
    return quotes
        + String.format(
            Locale.ROOT,
            "<p class=\"by\">reviews %s on %s%s</p>",
            escape(reviews.version()),
            escape(reviews.pod()),
            escape(ratedBy));
  }

  private static String review(Review review) {
    return String.format(
        Locale.ROOT,
        "<blockquote>%s<br><small>%s</small> %s</blockquote>",
        escape(review.text()),
        escape(review.reviewer()),
        stars(review.rating()));
  }

  private static String stars(@Nullable Rating rating) {
    if (rating == null) {
      return "";
    }
    Integer stars = rating.stars();
    if (stars == null) {
      return String.format(
          Locale.ROOT, "<span class=\"error\">%s</span>", escape(String.valueOf(rating.error())));
    }
    return String.format(
        Locale.ROOT,
        "<span class=\"%s\">%s%s</span>",
        escape(String.valueOf(rating.color())),
        "&#9733;".repeat(stars),
        "&#9734;".repeat(Math.max(0, 5 - stars)));
  }

  private static String escape(String text) {
    return HtmlUtils.htmlEscape(text);
  }
}
