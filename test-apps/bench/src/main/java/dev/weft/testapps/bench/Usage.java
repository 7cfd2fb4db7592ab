package dev.weft.testapps.bench;

import dev.weft.harness.HarnessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process has used so far, from Linux's {@code /proc}.
 *
 * @param cpu seconds of user and system time of all its threads, in steps of 0.01
 * @param jit seconds of it in the threads of the just-in-time compilers
 * @param resident MiB now
 */
record Usage(double cpu, double jit, double resident) {

  /** {@code USER_HZ}: 100 on every Linux that runs a JDK. */
  private static final double TICKS_PER_SECOND = 100;

  static Usage of(long pid) throws HarnessException {
    Path process = Path.of("/proc", Long.toString(pid));
    try {
      double jit = 0;
      try (Stream<Path> threads = Files.list(process.resolve("task"))) {
        for (Path thread : threads.toList()) {
          jit += jitSeconds(thread);
        }
      }
      return new Usage(seconds(Files.readString(process.resolve("stat"))), jit, resident(process));
    } catch (IOException e) {
      throw new HarnessException("process " + pid + " cannot be measured (needs Linux): " + e);
    }
  }

  /** What was used between an earlier moment and this one; memory as it is now. */
  Usage since(Usage earlier) {
    return new Usage(cpu - earlier.cpu, jit - earlier.jit, resident);
  }

  Usage plus(Usage other) {
    return new Usage(cpu + other.cpu, jit + other.jit, resident + other.resident);
  }

  private static double jitSeconds(Path thread) {
    try {
      String stat = Files.readString(thread.resolve("stat"));
      return stat.contains("(C1 Compiler") || stat.contains("(C2 Compiler") ? seconds(stat) : 0;
    } catch (IOException e) {
      return 0; // the thread has ended meanwhile; compiler threads are told not to
    }
  }

  /** utime and stime: fields 14 and 15, after a name in parentheses that may contain spaces. */
  private static double seconds(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  private static double resident(Path process) throws IOException {
    List<String> status = Files.readAllLines(process.resolve("status"));
    return status.stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
        .findFirst()
        .orElseThrow(() -> new IOException("no VmRSS in status (expected: a live process)"));
  }
}
