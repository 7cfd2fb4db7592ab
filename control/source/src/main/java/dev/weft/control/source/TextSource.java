package dev.weft.control.source;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.control.config.ConfigFile;
import dev.weft.control.config.ConfigReader;
import dev.weft.control.model.Finding;
import dev.weft.control.model.MeshSettings;
import dev.weft.control.model.ModelSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Configuration that somebody brings as named texts, each of which stands alone as a file does: an
 * invalid one is reported and keeps its last good version in force.
 */
public final class TextSource implements ConfigSource {

  @GuardedBy("this") private final LastGood lastGood;

  @GuardedBy("this") private @Nullable Finding troubled;

  private final Listeners listeners = new Listeners();
  private volatile List<ConfigFile> files = List.of();

  public TextSource(MeshSettings settings) {
    // No text is half written.
    this.lastGood = new LastGood(new ConfigReader(settings), Duration.ZERO, System::nanoTime);
  }

  /**
   * Puts these in the place of all that were there.
   *
   * @param texts by name, UTF-8; arrays that were given before and have not changed cost nothing
   * @param trouble why they may not be the newest; null: they are
   */
  public void replace(Map<String, byte[]> texts, @Nullable Finding trouble) {
    boolean changed;
    synchronized (this) {
      Map<String, FileContent> contents = new TreeMap<>();
      texts.forEach((name, text) -> contents.put(name, new FileContent.Bytes(text)));
      changed = lastGood.update(contents) || !Objects.equals(trouble, troubled);
      troubled = trouble;
      files = trouble == null ? lastGood.files() : with(trouble, lastGood.files());
    }
    if (changed) {
      listeners.changed();
    }
  }

  private static List<ConfigFile> with(Finding trouble, List<ConfigFile> files) {
    List<ConfigFile> all = new ArrayList<>(files);
    String name = trouble.location() == null ? "" : trouble.location().file();
    all.add(new ConfigFile(name, List.of(), List.of(trouble)));
    return List.copyOf(all);
  }

  @Override
  public List<ConfigFile> files() {
    return files;
  }

  @Override
  public ModelSource.Subscription onChange(Runnable changed) {
    return listeners.add(changed);
  }
}
