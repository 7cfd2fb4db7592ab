package dev.weft.control.source;

import dev.weft.control.config.ConfigFile;
import dev.weft.control.model.ModelSource;
import java.util.List;

/** Configuration that may change while the service runs. */
public interface ConfigSource {

  /** What is in force now, with what there is to say about it. Callable from any thread. */
  List<ConfigFile> files();

  /** Calls {@code changed} after each change, from any thread, until the result is closed. */
  ModelSource.Subscription onChange(Runnable changed);
}
