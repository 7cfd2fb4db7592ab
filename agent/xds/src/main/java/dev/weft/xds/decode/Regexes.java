package dev.weft.xds.decode;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.weft.xds.proto.RegexMatcher;
import org.jspecify.annotations.Nullable;

/** RE2 patterns within limits: a huge one would cost every request. */
final class Regexes {

  private static final int MOST_CHARACTERS = 1024;
  private static final int MOST_INSTRUCTIONS = 10_000;

  private Regexes() {}

  static Pattern compile(@Nullable RegexMatcher matcher, Where where)
      throws InvalidResourceException {
    String regex = matcher == null ? "" : matcher.regex();
    Where here = where.in("regex");
    if (regex.isEmpty()) {
      throw here.refuse("empty (expected: an RE2 pattern)");
    }
    if (regex.length() > MOST_CHARACTERS) {
      throw here.refuse(regex.length() + " characters (expected: at most " + MOST_CHARACTERS + ")");
    }
    // Nested repetitions of a hundred characters can ask for more memory than there is.
    checkSize(ProgramSize.estimate(regex), here);
    try {
      Pattern pattern = Pattern.compile(regex);
      checkSize(pattern.programSize(), here);
      return pattern;
    } catch (PatternSyntaxException e) {
      throw here.refuse("\"" + regex + "\" (expected: an RE2 pattern): " + e.getDescription());
    }
  }

  private static void checkSize(long instructions, Where where) throws InvalidResourceException {
    if (instructions > MOST_INSTRUCTIONS) {
      throw where.refuse(
          instructions
              + " instructions when compiled (expected: at most "
              + MOST_INSTRUCTIONS
              + ")");
    }
  }
}
