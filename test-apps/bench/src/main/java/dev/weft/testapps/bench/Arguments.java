package dev.weft.testapps.bench;

import dev.weft.harness.HarnessException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The command line: {@code --name value} pairs, all of them optional. */
public final class Arguments {

  private final Map<String, String> given = new HashMap<>();

  public Arguments(List<String> args, List<String> known) throws HarnessException {
    for (int i = 0; i < args.size(); i += 2) {
      String name = args.get(i);
      if (!known.contains(name)) {
        throw new HarnessException(
            "unknown option " + name + " (expected: " + String.join(", ", known) + ")");
      }
      if (i + 1 == args.size()) {
        throw new HarnessException(name + " needs a value");
      }
      given.put(name, args.get(i + 1));
    }
  }

  public String text(String name, String otherwise) {
    return given.getOrDefault(name, otherwise);
  }

  boolean yes(String name, boolean otherwise) throws HarnessException {
    String value = given.get(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.equals("yes") && !value.equals("no")) {
      throw new HarnessException(name + ": " + value + " (expected: yes or no)");
    }
    return value.equals("yes");
  }

  public int number(String name, int otherwise) throws HarnessException {
    String value = given.get(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.matches("[1-9][0-9]{0,8}")) {
      throw new HarnessException(name + ": " + value + " (expected: a number from 1)");
    }
    return Integer.parseInt(value);
  }
}
