package dev.weft.control.ca;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.control.ca.RefusedException.Kind;
import dev.weft.control.model.SpiffeId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What each identity was granted, by which token, and what was issued to it last: {@code
 * identities.json}. A certificate says only who somebody is; what he may serve is here, so that a
 * renewal keeps it and a revoked token takes it away.
 */
final class Ledger {

  private static final String NAME = "identities.json";

  private final JsonFile<Account> file;
  private final JoinTokens tokens;

  @GuardedBy("this") private final Map<SpiffeId, Account> accounts = new TreeMap<>();

  @GuardedBy("this") private boolean unsaved;

  private Ledger(JsonFile<Account> file, JoinTokens tokens) {
    this.file = file;
    this.tokens = tokens;
  }

  static Ledger open(StateFolder folder, JoinTokens tokens) throws IOException {
    Ledger ledger = new Ledger(new JsonFile<>(folder, NAME, new Account.Form()), tokens);
    List<Account> saved = ledger.file.read();
    synchronized (ledger) {
      saved.forEach(account -> ledger.accounts.put(account.id(), account));
    }
    return ledger;
  }

  /** Notes what a token grants its subject; on disk when this returns. */
  synchronized void granted(Attested attested) throws IOException {
    String grant = attested.grant();
    if (grant == null) {
      return; // it counts for this once
    }
    SpiffeId id = attested.principal().id();
    Account before = accounts.getOrDefault(id, new Account(id, Map.of(), null));
    Account after = before.with(grant, attested.principal().services());
    if (!after.equals(accounts.put(id, after))) {
      unsaved = true;
      save();
    }
  }

  /** Notes a certificate. Saved with the next grant, or at the end: it is for people. */
  synchronized void issued(SpiffeId id, Issued issued) {
    Account account = accounts.getOrDefault(id, new Account(id, Map.of(), null));
    accounts.put(id, account.with(issued));
    unsaved = true;
  }

  /**
   * What an identity may serve: everything that tokens which are not revoked have granted it.
   *
   * @throws RefusedException where there is no such token
   */
  Set<String> services(SpiffeId id) throws RefusedException {
    Account account;
    synchronized (this) {
      account = accounts.get(id);
    }
    boolean any = false;
    Set<String> services = new TreeSet<>();
    if (account != null) {
      for (Map.Entry<String, Set<String>> grant : account.grants().entrySet()) {
        if (!tokens.isRevoked(grant.getKey())) {
          any = true;
          services.addAll(grant.getValue());
        }
      }
    }
    if (!any) {
      throw new RefusedException(
          Kind.UNAUTHENTICATED,
          "client certificate: "
              + id
              + (account == null
                  ? " never joined here (expected: a join token)"
                  : " joined by tokens that are all revoked (expected: a new join token)"));
    }
    return services;
  }

  /** Whether anything was ever granted to it that can be revoked. */
  synchronized boolean hasGrants(SpiffeId id) {
    Account account = accounts.get(id);
    return account != null && !account.grants().isEmpty();
  }

  synchronized Optional<Issued> last(SpiffeId id) {
    Account account = accounts.get(id);
    return account == null ? Optional.empty() : Optional.ofNullable(account.issued());
  }

  synchronized void save() throws IOException {
    if (unsaved) {
      file.write(List.copyOf(accounts.values()));
      unsaved = false;
    }
  }
}
