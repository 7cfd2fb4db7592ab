package dev.weft.testapps.bench;

/**
 * One start of an application.
 *
 * @param ready when it said that it was ready
 * @param synced when the agent said that it had its configuration; the same as ready without agent
 * @param residentMiB a moment after both
 */
record Start(Point ready, Point synced, double residentMiB) {

  /**
   * A moment of a start.
   *
   * @param cpu seconds that the process had used
   * @param wall seconds since it was started
   */
  record Point(double cpu, double wall) {

    static Point latest(Point first, Point second) {
      return first.wall() >= second.wall() ? first : second;
    }
  }
}
