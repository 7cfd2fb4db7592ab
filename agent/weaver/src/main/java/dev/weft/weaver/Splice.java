package dev.weft.weaver;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is added to a method: at most one static call where it is entered and one where it returns.
 *
 * @param enter before the body; null: nothing
 * @param exit at every normal return; null: nothing
 */
public record Splice(@Nullable Enter enter, @Nullable Exit exit) {

  /** What an operand of a call is. */
  public enum Source {
    THIS,
    ARGUMENT,
    FIELD,
    /** What the call at the enter returned. */
    ENTER,
    /** What the method is about to return. */
    RETURN
  }

  /**
   * One operand of a call.
   *
   * @param argument position of an {@link Source#ARGUMENT}, from 0; else -1
   * @param field name of a {@link Source#FIELD}, declared by the woven class; else empty
   */
  public record Operand(Source source, int argument, String field) {

    public static Operand of(Source source) {
      return new Operand(source, -1, "");
    }

    public static Operand argument(int position) {
      return new Operand(Source.ARGUMENT, position, "");
    }

    public static Operand field(String name) {
      return new Operand(Source.FIELD, -1, name);
    }
  }

  /**
   * A call of a public static method of the bridge or of a helper.
   *
   * @param owner internal name of its class
   * @param operands one per parameter of the descriptor
   * @param suppressed whether a failure is counted and the application goes on; else it is the
   *     application's to see
   */
  public record Call(
      String owner, String name, String descriptor, List<Operand> operands, boolean suppressed) {
    public Call {
      operands = List.copyOf(operands);
    }

    boolean uses(Source source) {
      for (Operand operand : operands) {
        if (operand.source() == source) {
          return true;
        }
      }
      return false;
    }
  }

  /** What becomes of the result of the call before the body. */
  public enum Entering {
    /** Nothing. */
    OBSERVE,
    /** It is kept for the call at the exit. */
    KEEP,
    /** When it is true, or not null, the body is skipped. */
    SKIP,
    /** It replaces an argument. */
    ARGUMENT
  }

  /**
   * @param argument the replaced argument's position; -1 unless {@link Entering#ARGUMENT}
   */
  public record Enter(Entering effect, int argument, Call call) {}

  /** What becomes of the result of the call at the exit. */
  public enum Leaving {
    /** Nothing. */
    OBSERVE,
    /** It replaces what the method returns. */
    RETURN,
    /** It is assigned to a field of the woven object. */
    FIELD,
    /** There is no call: when the body was skipped, the method returns what the enter returned. */
    SKIPPED
  }

  /**
   * @param field the assigned field's name; empty unless {@link Leaving#FIELD}
   * @param call null only for {@link Leaving#SKIPPED}
   */
  public record Exit(Leaving effect, String field, @Nullable Call call) {}
}
