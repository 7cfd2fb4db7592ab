package dev.weft.control.source;

import java.time.Duration;

/**
 * How a directory is watched.
 *
 * @param quiet how long nothing must change before it is read
 * @param longest after the first change it is read at the latest then, however busy it is
 * @param poll how often it is read although nothing was heard: some file systems tell nothing
 * @param emptyGrace how long a file must stay empty before it counts as emptied: most writers
 *     truncate first
 */
public record DirectoryOptions(
    Duration quiet, Duration longest, Duration poll, Duration emptyGrace) {

  public static final DirectoryOptions DEFAULT =
      new DirectoryOptions(
          Duration.ofMillis(75),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(2));
}
