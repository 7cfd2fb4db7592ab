package dev.weft.bookinfo.productpage;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.view.RedirectView;

/** The page for people and the API for programs; 502 on the API when a part is missing. */
@RestController
final class ProductController {

  private final Catalog catalog;

  ProductController(Catalog catalog) {
    this.catalog = catalog;
  }

  @GetMapping("/")
  RedirectView home() {
    return new RedirectView("/productpage");
  }

  /** {@code end-user} comes from the sign-in in front of this application. */
  @GetMapping(path = "/productpage", produces = MediaType.TEXT_HTML_VALUE)
  String page(
      @RequestParam(defaultValue = "0") long id,
      @RequestHeader(name = "end-user", defaultValue = "") String user) {
    return ProductPage.render(catalog.product(id), user);
  }

  @GetMapping("/api/v1/products/{id}")
  ResponseEntity<Product> product(@PathVariable long id) {
    Product product = catalog.product(id);
    return ResponseEntity.status(product.complete() ? HttpStatus.OK : HttpStatus.BAD_GATEWAY)
        .body(product);
  }
}
