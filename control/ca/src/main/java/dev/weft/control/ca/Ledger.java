package dev.weft.control.ca;

import dev.weft.control.ca.RefusedException.Kind;
import dev.weft.control.model.SpiffeId;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What each identity was granted, by which token, and what was issued to it last: {@code
 * identities.json}. A certificate says only who somebody is; what he may serve is here, so that a
 * renewal keeps it and a revoked token takes it away. Others may write it as well.
 */
final class Ledger {

  private static final String NAME = "identities.json";

  private final StateStore store;
  private final JsonFile<Account> file;
  private final JoinTokens tokens;
  private final Map<SpiffeId, Issued> issued = new ConcurrentHashMap<>();
  private volatile Known known = new Known(null, Map.of());
  private volatile boolean unsaved;

  /**
   * Accounts by identity.
   *
   * @param stamp of what was read; null: nothing was yet
   */
  private record Known(@Nullable Object stamp, Map<SpiffeId, Account> accounts) {}

  private Ledger(StateStore store, JoinTokens tokens) {
    this.store = store;
    this.file = new JsonFile<>(store, NAME, new Account.Form());
    this.tokens = tokens;
  }

  static Ledger open(StateStore store, JoinTokens tokens) throws IOException {
    Ledger ledger = new Ledger(store, tokens);
    ledger.look();
    return ledger;
  }

  /** The tokens on which something rests. */
  static Set<String> grants(StateStore store) throws IOException {
    Set<String> grants = new HashSet<>();
    new JsonFile<>(store, NAME, new Account.Form())
        .read()
        .forEach(account -> grants.addAll(account.grants().keySet()));
    return grants;
  }

  private Map<SpiffeId, Account> look() throws IOException {
    Object now = store.stamp(NAME);
    Known seen = known;
    if (!now.equals(seen.stamp)) {
      seen = new Known(now, read());
      known = seen;
    }
    return seen.accounts;
  }

  private Map<SpiffeId, Account> read() throws IOException {
    Map<SpiffeId, Account> accounts = new TreeMap<>();
    file.read().forEach(account -> accounts.put(account.id(), account));
    return accounts;
  }

  /** What is known, and the newest of it before something new is refused or given. */
  private Map<SpiffeId, Account> accounts() throws RefusedException {
    try {
      return look();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /**
   * Notes that a certificate is given for a token, and what that grants; kept when this returns.
   *
   * @throws RefusedException none may be given, or that cannot be found out now
   */
  void use(Attested attested) throws RefusedException {
    String grant = attested.grant();
    if (grant == null) {
      return; // it counts for this once
    }
    String problem;
    try {
      problem =
          store.exclusively(
              () -> {
                String why = tokens.use(grant, attested.uses());
                if (why.isEmpty()) {
                  SpiffeId id = attested.principal().id();
                  Map<SpiffeId, Account> all = read();
                  Account before = all.getOrDefault(id, new Account(id, Map.of(), null));
                  all.put(id, before.with(grant, attested.principal().services()));
                  write(all);
                }
                return why;
              });
    } catch (IOException e) {
      throw unavailable(e);
    }
    if (!problem.isEmpty()) {
      throw new RefusedException(Kind.UNAUTHENTICATED, "join token: " + problem);
    }
  }

  /**
   * Makes sure that something is granted to an identity still, as the store says at this moment.
   */
  void renew(SpiffeId id) throws RefusedException {
    reread();
    services(id);
  }

  /** Within a change of the store. */
  private void write(Map<SpiffeId, Account> accounts) throws IOException {
    Map<SpiffeId, Account> all = new TreeMap<>(accounts);
    all.replaceAll(
        (id, account) -> {
          Issued last = issued.get(id);
          return last == null ? account : account.with(last);
        });
    if (!List.copyOf(all.values()).equals(file.read())) {
      file.write(List.copyOf(all.values()));
    }
    // The stamp stays: whoever else has written meanwhile is noticed by it.
    known = new Known(known.stamp, all);
  }

  /** Notes a certificate. Saved with the next grant, or at the end: it is for people. */
  void issued(SpiffeId id, Issued last) {
    issued.put(id, last);
    unsaved |= known.accounts.containsKey(id);
  }

  /**
   * What an identity may serve: everything that tokens which are not revoked have granted it.
   *
   * @throws RefusedException where there is no such token
   */
  Set<String> services(SpiffeId id) throws RefusedException {
    Account account = accounts().get(id);
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

  /** Whether anything was ever granted to it that can be revoked, as far as is known. */
  boolean hasGrants(SpiffeId id) throws RefusedException {
    Account account = accounts().get(id);
    return account != null && !account.grants().isEmpty();
  }

  /** Reads what others may have written a moment ago. */
  void reread() throws RefusedException {
    try {
      known = new Known(known.stamp, read());
      tokens.reread();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  Optional<Issued> last(SpiffeId id) {
    Issued last = issued.get(id);
    Account account = known.accounts.get(id);
    return Optional.ofNullable(last != null || account == null ? last : account.issued());
  }

  void save() throws IOException {
    if (unsaved) {
      store.exclusively(
          () -> {
            write(read());
            return NAME;
          });
      unsaved = false;
    }
  }

  private static RefusedException unavailable(IOException e) {
    return new RefusedException(
        Kind.UNAVAILABLE,
        "it cannot be told what join tokens have granted: " + Shown.of(e.getMessage() + ""));
  }
}
