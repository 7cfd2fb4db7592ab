package dev.weft.control.ca;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.weft.control.model.SpiffeId;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one identity was granted, and what it has.
 *
 * @param grants services by the id of the token that granted them
 * @param issued its last certificate; null if none
 */
record Account(SpiffeId id, Map<String, Set<String>> grants, @Nullable Issued issued) {

  Account {
    grants = Map.copyOf(grants);
  }

  Account with(String grant, Set<String> services) {
    Map<String, Set<String>> more = new HashMap<>(grants);
    more.put(grant, services);
    return new Account(id, more, issued);
  }

  Account with(Issued last) {
    return new Account(id, grants, last);
  }

  /** In JSON. */
  static final class Form implements JsonFile.Form<Account> {

    @Override
    public Map<String, Object> write(Account account) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("id", account.id.toString());
      List<Object> grants = new ArrayList<>();
      new TreeMap<>(account.grants)
          .forEach(
              (token, services) -> {
                Map<String, Object> grant = new LinkedHashMap<>();
                grant.put("token", token);
                grant.put("services", List.copyOf(new TreeSet<>(services)));
                grants.add(grant);
              });
      object.put("grants", grants);
      if (account.issued != null) {
        Map<String, Object> issued = new LinkedHashMap<>();
        issued.put("serial", account.issued.serial());
        issued.put("at", account.issued.at().toString());
        issued.put("expires", account.issued.expires().toString());
        object.put("issued", issued);
      }
      return object;
    }

    @Override
    public Account read(Map<String, Object> object) throws ParseException {
      Map<String, Set<String>> grants = new HashMap<>();
      Map<String, Object>[] written = JSONObjectUtils.getJSONObjectArray(object, "grants");
      if (written == null) {
        throw new ParseException("no grants", 0);
      }
      for (Map<String, Object> grant : written) {
        grants.put(TokenFile.text(grant, "token"), TokenFile.services(grant));
      }
      Map<String, Object> issued = JSONObjectUtils.getJSONObject(object, "issued");
      return new Account(
          SpiffeId.parse(TokenFile.text(object, "id")),
          grants,
          issued == null ? null : issued(issued));
    }

    private static Issued issued(Map<String, Object> object) throws ParseException {
      return new Issued(
          TokenFile.text(object, "serial"),
          Instant.parse(TokenFile.text(object, "at")),
          Instant.parse(TokenFile.text(object, "expires")));
    }
  }
}
