package dev.weft.weaver.compile;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FrameNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * The body of an advice method, read from its byte code: one static call, whose operands are
 * parameters, and what becomes of its result.
 *
 * @param call null for the body {@code if (entered != null) returned = entered;}, or the same with
 *     {@code != 0}
 * @param loaded slots of the operands, in order
 * @param assigned slot of the parameter that the result is assigned to; -1: none
 * @param returned whether the result is what the advice method returns
 */
record AdviceBody(
    @Nullable MethodInsnNode call, List<Integer> loaded, int assigned, boolean returned) {

  private static final String FORM =
      "its body is not one call of a static method with parameters as operands, whose result is"
          + " dropped, returned or assigned to one parameter";

  static AdviceBody read(MethodNode method, String where) {
    if (!Modifier.isStatic(method.access)) {
      throw new UnsupportedAdviceException(where, "it is not static");
    }
    if (!method.tryCatchBlocks.isEmpty()) {
      throw new UnsupportedAdviceException(where, "it has a try block; " + FORM);
    }
    List<AbstractInsnNode> code = code(method);
    AdviceBody body = replacement(code);
    return body != null ? body : call(code, where);
  }

  /** The instructions, without labels, lines, frames and casts: the weaver casts as needed. */
  private static List<AbstractInsnNode> code(MethodNode method) {
    List<AbstractInsnNode> code = new ArrayList<>();
    for (AbstractInsnNode node : method.instructions) {
      boolean marks =
          node instanceof LabelNode || node instanceof LineNumberNode || node instanceof FrameNode;
      if (!marks && node.getOpcode() != Opcodes.CHECKCAST) {
        code.add(node);
      }
    }
    return code;
  }

  /** {@code if (entered != null) returned = entered;}, or the same with {@code != 0}. */
  private static @Nullable AdviceBody replacement(List<AbstractInsnNode> code) {
    boolean isLong =
        code.size() == 7
            && code.get(1).getOpcode() == Opcodes.LCONST_0
            && code.get(2).getOpcode() == Opcodes.LCMP;
    int branch = isLong ? 3 : 1;
    if (code.size() == branch + 4
        && code.get(0) instanceof VarInsnNode entered
        && code.get(branch) instanceof JumpInsnNode jump
        && code.get(branch + 1) instanceof VarInsnNode again
        && code.get(branch + 2) instanceof VarInsnNode returned
        && isLoad(entered)
        && jump.getOpcode()
            == (entered.getOpcode() == Opcodes.ALOAD ? Opcodes.IFNULL : Opcodes.IFEQ)
        && again.getOpcode() == entered.getOpcode()
        && again.var == entered.var
        && isStore(returned)
        && code.get(branch + 3).getOpcode() == Opcodes.RETURN) {
      return new AdviceBody(null, List.of(entered.var), returned.var, false);
    }
    return null;
  }

  private static AdviceBody call(List<AbstractInsnNode> code, String where) {
    List<Integer> loaded = new ArrayList<>();
    int i = 0;
    while (i < code.size() && isLoad(code.get(i))) {
      loaded.add(((VarInsnNode) code.get(i)).var);
      i++;
    }
    if (i < code.size()
        && code.get(i) instanceof MethodInsnNode call
        && call.getOpcode() == Opcodes.INVOKESTATIC
        && Type.getArgumentTypes(call.desc).length == loaded.size()) {
      return result(call, loaded, code.subList(i + 1, code.size()), where);
    }
    throw new UnsupportedAdviceException(where, FORM);
  }

  private static AdviceBody result(
      MethodInsnNode call, List<Integer> loaded, List<AbstractInsnNode> rest, String where) {
    boolean isVoid = Type.getReturnType(call.desc).getSort() == Type.VOID;
    if (rest.size() == 1 && isReturn(rest.get(0))) {
      boolean returned = rest.get(0).getOpcode() != Opcodes.RETURN;
      if (returned != isVoid) {
        return new AdviceBody(call, loaded, -1, returned);
      }
    } else if (rest.size() == 2 && rest.get(1).getOpcode() == Opcodes.RETURN) {
      int opcode = rest.get(0).getOpcode();
      if (opcode == Opcodes.POP || opcode == Opcodes.POP2) {
        return new AdviceBody(call, loaded, -1, false);
      }
      if (rest.get(0) instanceof VarInsnNode store && isStore(store)) {
        return new AdviceBody(call, loaded, store.var, false);
      }
    }
    throw new UnsupportedAdviceException(where, FORM);
  }

  private static boolean isLoad(AbstractInsnNode node) {
    return node.getOpcode() >= Opcodes.ILOAD && node.getOpcode() <= Opcodes.ALOAD;
  }

  private static boolean isStore(AbstractInsnNode node) {
    return node.getOpcode() >= Opcodes.ISTORE && node.getOpcode() <= Opcodes.ASTORE;
  }

  private static boolean isReturn(AbstractInsnNode node) {
    return node.getOpcode() >= Opcodes.IRETURN && node.getOpcode() <= Opcodes.RETURN;
  }
}
