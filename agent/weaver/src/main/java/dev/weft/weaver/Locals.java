package dev.weft.weaver;

import dev.weft.weaver.Shape.Member;
import dev.weft.weaver.Splice.Call;
import dev.weft.weaver.Splice.Enter;
import dev.weft.weaver.Splice.Entering;
import dev.weft.weaver.Splice.Exit;
import dev.weft.weaver.Splice.Operand;
import dev.weft.weaver.Splice.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The local variables of a spliced method. Ours go between the parameters and the body's own
 * variables, which move up:
 *
 * <pre>
 * [this] parameters | kept: enter result, copies for the exit | scratch: return value | the body's
 * </pre>
 *
 * Kept ones live through the body and so appear in all of its frames. Copies are taken because the
 * body may reuse the variables of its parameters, for values of other types even.
 */
final class Locals {

  private final String owner;
  private final Member method;
  private final Type[] arguments;
  private final Type result;
  private final int parametersSize;

  /** What lives through the body: types in order of their slots. */
  private final List<Type> kept = new ArrayList<>();

  private final int[] copies;
  private int copyOfThis = -1;
  private int entered = -1;
  private int returned = -1;
  private int next;
  private int keptSize;

  Locals(String owner, Member method, Splice splice) {
    this.owner = owner;
    this.method = method;
    this.arguments = Type.getArgumentTypes(method.descriptor());
    this.result = Type.getReturnType(method.descriptor());
    this.parametersSize = parameter(arguments.length);
    this.copies = new int[arguments.length];
    Arrays.fill(copies, -1);
    this.next = parametersSize;
    allocate(splice.enter(), splice.exit());
  }

  private void allocate(@Nullable Enter enter, @Nullable Exit exit) {
    Call leaving = exit == null ? null : exit.call();
    Type stored = enter == null ? null : stored(enter);
    boolean keepsEntered = stored != null && leaving != null && leaving.uses(Source.ENTER);
    if (stored != null && keepsEntered) {
      entered = keep(stored);
    }
    if (leaving != null) {
      copies(leaving, exit != null && exit.effect() == Splice.Leaving.FIELD);
    }
    keptSize = next - parametersSize;
    if (stored != null && !keepsEntered) {
      entered = take(stored);
    }
    if (result.getSort() != Type.VOID) {
      returned = take(result);
    }
  }

  private static @Nullable Type stored(Enter enter) {
    boolean stored = enter.effect() == Entering.KEEP || enter.effect() == Entering.SKIP;
    return stored ? Type.getReturnType(enter.call().descriptor()) : null;
  }

  private void copies(Call leaving, boolean assignsField) {
    for (Operand operand : leaving.operands()) {
      if (operand.source() == Source.ARGUMENT && copies[operand.argument()] < 0) {
        copies[operand.argument()] = keep(arguments[operand.argument()]);
      }
    }
    boolean needsThis = assignsField || leaving.uses(Source.THIS) || leaving.uses(Source.FIELD);
    if (needsThis && !method.isStatic() && !method.isConstructor()) {
      copyOfThis = keep(Type.getObjectType(owner));
    }
  }

  private int keep(Type type) {
    kept.add(type);
    return take(type);
  }

  private int take(Type type) {
    int slot = next;
    next += type.getSize();
    return slot;
  }

  Type[] arguments() {
    return arguments;
  }

  /** What the method returns. */
  Type result() {
    return result;
  }

  /** Slots that the body's own variables move up by. */
  int size() {
    return next - parametersSize;
  }

  /** Slot of a parameter. */
  int parameter(int position) {
    int slot = method.isStatic() ? 0 : 1;
    for (int i = 0; i < position; i++) {
      slot += arguments[i].getSize();
    }
    return slot;
  }

  /** Slot of the parameter's copy for the exit; -1: none. */
  int copy(int position) {
    return copies[position];
  }

  /** Slot of {@code this} at the exit; constructors leave slot 0 alone until their end. */
  int copyOfThis() {
    return copyOfThis < 0 ? 0 : copyOfThis;
  }

  boolean copiesThis() {
    return copyOfThis >= 0;
  }

  /** Slot of what the call at the enter returned; -1: not stored. */
  int entered() {
    return entered;
  }

  /** Whether the enter's result lives through the body. */
  boolean keepsEntered() {
    return entered >= 0 && entered < parametersSize + keptSize;
  }

  /** Slot of the value that the method is about to return; -1: void. */
  int returned() {
    return returned;
  }

  /** Where a variable of the original code went. */
  int moved(int slot) {
    return slot < parametersSize ? slot : slot + size();
  }

  /** Frame at the method's begin, with the kept enter result when it is set already. */
  Object[] entryFrame() {
    List<Object> frame = new ArrayList<>();
    if (!method.isStatic()) {
      frame.add(method.isConstructor() ? Opcodes.UNINITIALIZED_THIS : owner);
    }
    for (Type argument : arguments) {
      frame.add(frameType(argument));
    }
    if (keepsEntered()) {
      frame.add(frameType(kept.get(0)));
    }
    return frame.toArray();
  }

  /** Frame at an exit: what the rest of the way out needs, and nothing of the body. */
  Object[] exitFrame() {
    List<Object> frame = new ArrayList<>();
    for (int slot = 0; slot < parametersSize; slot++) {
      frame.add(slot == 0 && method.isConstructor() ? owner : Opcodes.TOP);
    }
    for (Type type : kept) {
      frame.add(frameType(type));
    }
    if (returned >= 0) {
      for (int slot = parametersSize + keptSize; slot < returned; slot++) {
        frame.add(Opcodes.TOP);
      }
      frame.add(frameType(result));
    }
    return frame.toArray();
  }

  /** A frame of the body, with our variables put in. */
  Object[] bodyFrame(int count, Object[] locals) {
    List<Object> frame = new ArrayList<>(count + kept.size() + 4);
    int index = 0;
    int slot = 0;
    while (slot < parametersSize) {
      Object local = index < count ? locals[index++] : Opcodes.TOP;
      frame.add(local);
      slot += local == Opcodes.LONG || local == Opcodes.DOUBLE ? 2 : 1;
    }
    if (slot > parametersSize) {
      throw new IllegalStateException(
          owner + "." + method.name() + ": a variable overlaps the end of the parameters");
    }
    for (Type type : kept) {
      frame.add(frameType(type));
    }
    if (index < count) {
      for (int i = keptSize; i < size(); i++) {
        frame.add(Opcodes.TOP);
      }
      frame.addAll(Arrays.asList(locals).subList(index, count));
    }
    return frame.toArray();
  }

  private static Object frameType(Type type) {
    return switch (type.getSort()) {
      case Type.BOOLEAN, Type.BYTE, Type.CHAR, Type.SHORT, Type.INT -> Opcodes.INTEGER;
      case Type.LONG -> Opcodes.LONG;
      case Type.FLOAT -> Opcodes.FLOAT;
      case Type.DOUBLE -> Opcodes.DOUBLE;
      default -> type.getInternalName();
    };
  }
}
