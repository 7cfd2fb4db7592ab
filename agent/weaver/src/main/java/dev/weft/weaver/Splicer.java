package dev.weft.weaver;

import dev.weft.weaver.Shape.Member;
import dev.weft.weaver.Splice.Call;
import dev.weft.weaver.Splice.Enter;
import dev.weft.weaver.Splice.Entering;
import dev.weft.weaver.Splice.Exit;
import dev.weft.weaver.Splice.Leaving;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.TypePath;

/**
 * Puts one {@link Splice} into one method. All frames are written by hand: computing them would
 * load the application's classes while they are being loaded.
 *
 * <p>Every suppressed call has a try block of its own, whose handler counts the failure. At an exit
 * the operand stack may hold more than the returned value, and behind a handler it is empty: the
 * two ways never meet again, each has its own return.
 *
 * <p>Expects expanded frames. What arrives is moved and passed on; what is spliced goes to the next
 * visitor directly. Two splices in one method are two of these in a row; the one that is nearer to
 * the writer is the outer one.
 */
final class Splicer extends MethodVisitor {

  private static final Object[] EMPTY = {};

  private record TryBlock(Label start, Label end, Label handler, String type) {}

  /** A suppressed call at an exit, whose handler is still to be written. */
  private record Exiting(Label start, Label end) {}

  private final @Nullable Enter enter;
  private final @Nullable Exit exit;
  private final Locals locals;
  private final CodeWriter code;
  private final List<TryBlock> bodyBlocks = new ArrayList<>();
  private final List<Exiting> pending = new ArrayList<>();

  /**
   * @param frames whether classes of this version have frames
   */
  Splicer(MethodVisitor next, Shape shape, Member method, Splice splice, boolean frames) {
    super(Opcodes.ASM9, next);
    this.enter = splice.enter();
    this.exit = splice.exit();
    this.locals = new Locals(shape.name(), method, splice);
    this.code = new CodeWriter(next, shape, locals, frames);
  }

  @Override
  public void visitCode() {
    mv.visitCode();
    if (enter != null) {
      enter(enter, enter.call());
    }
    code.copyParameters();
  }

  private void enter(Enter enter, Call call) {
    if (locals.keepsEntered()) {
      Type kept = Type.getReturnType(call.descriptor());
      code.pushDefault(kept); // what the exit finds when the call fails
      code.store(kept, locals.entered());
    }
    Label body = new Label();
    Label start = code.mark();
    code.callEntering(call);
    takeEntered(enter, Type.getReturnType(call.descriptor()));
    Label end = code.mark();
    if (enter.effect() == Entering.SKIP) {
      skip(Type.getReturnType(call.descriptor()), body);
    } else if (call.suppressed()) {
      mv.visitJumpInsn(Opcodes.GOTO, body);
    }
    if (call.suppressed()) {
      code.handler(start, end, locals.entryFrame());
    }
    if (call.suppressed() || enter.effect() == Entering.SKIP) {
      mv.visitLabel(body);
      code.frame(locals.entryFrame(), EMPTY);
      mv.visitInsn(Opcodes.NOP); // the body may begin with a frame of its own
    }
  }

  private void takeEntered(Enter enter, Type entered) {
    switch (enter.effect()) {
      case OBSERVE -> code.pop(entered);
      case KEEP -> code.store(entered, locals.entered());
      case SKIP -> {
        if (returnsSkipped()) {
          code.cast(entered, locals.result());
        }
        code.store(entered, locals.entered());
      }
      case ARGUMENT -> {
        Type argument = locals.arguments()[enter.argument()];
        code.cast(entered, argument);
        code.store(argument, locals.parameter(enter.argument()));
      }
    }
  }

  private boolean returnsSkipped() {
    return exit != null && exit.effect() == Leaving.SKIPPED;
  }

  private void skip(Type entered, Label body) {
    code.load(entered, locals.entered());
    switch (entered.getSort()) {
      case Type.BOOLEAN, Type.INT -> mv.visitJumpInsn(Opcodes.IFEQ, body);
      case Type.LONG -> {
        mv.visitInsn(Opcodes.LCONST_0);
        mv.visitInsn(Opcodes.LCMP);
        mv.visitJumpInsn(Opcodes.IFEQ, body);
      }
      default -> mv.visitJumpInsn(Opcodes.IFNULL, body);
    }
    if (returnsSkipped()) {
      code.load(entered, locals.entered());
      code.giveBack();
    } else {
      code.copyParameters();
      code.pushDefault(locals.result());
      leave();
    }
  }

  @Override
  public void visitInsn(int opcode) {
    if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
      leave();
    } else {
      mv.visitInsn(opcode);
    }
  }

  private void leave() {
    Call call = exit == null ? null : exit.call();
    if (exit == null || call == null) {
      code.giveBack();
      return;
    }
    code.store(locals.result(), locals.returned());
    Label start = code.mark();
    if (exit.effect() == Leaving.FIELD) {
      code.loadThis(locals.copyOfThis());
    }
    code.callLeaving(call, entered());
    takeLeaving(exit, Type.getReturnType(call.descriptor()));
    Label end = code.mark();
    code.load(locals.result(), locals.returned());
    code.giveBack();
    if (call.suppressed()) {
      pending.add(new Exiting(start, end));
    }
  }

  /** Behind all original code: there, no try block of the body covers it. */
  private void handlePending() {
    for (Exiting exiting : pending) {
      code.handler(exiting.start, exiting.end, locals.exitFrame());
      code.load(locals.result(), locals.returned());
      code.giveBack();
    }
  }

  private Type entered() {
    return enter == null ? Type.VOID_TYPE : Type.getReturnType(enter.call().descriptor());
  }

  private void takeLeaving(Exit exit, Type left) {
    switch (exit.effect()) {
      case RETURN -> {
        code.cast(left, locals.result());
        code.store(locals.result(), locals.returned());
      }
      case FIELD -> code.putField(exit.field(), left);
      case OBSERVE, SKIPPED -> code.pop(left);
    }
  }

  // Our own blocks come first in the table: the body's handlers must never see our failures.

  @Override
  public void visitTryCatchBlock(Label start, Label end, Label handler, String type) {
    bodyBlocks.add(new TryBlock(start, end, handler, type));
  }

  @Override
  public void visitMaxs(int maxStack, int maxLocals) {
    handlePending();
    for (TryBlock block : bodyBlocks) {
      mv.visitTryCatchBlock(block.start, block.end, block.handler, block.type);
    }
    mv.visitMaxs(maxStack + stackOfCalls(), maxLocals + locals.size());
  }

  private int stackOfCalls() {
    int size = 4; // a result, or the object of an assigned field; a long and what it is compared to
    if (enter != null) {
      size += Type.getArgumentsAndReturnSizes(enter.call().descriptor()) >> 2;
    }
    if (exit != null && exit.call() != null) {
      size += Type.getArgumentsAndReturnSizes(exit.call().descriptor()) >> 2;
    }
    return size;
  }

  // The body's own variables move up.

  @Override
  public void visitFrame(int type, int count, Object[] local, int stackCount, Object[] stack) {
    Object[] moved = locals.bodyFrame(count, local);
    mv.visitFrame(type, moved.length, moved, stackCount, stack);
  }

  @Override
  public void visitVarInsn(int opcode, int slot) {
    mv.visitVarInsn(opcode, locals.moved(slot));
  }

  @Override
  public void visitIincInsn(int slot, int increment) {
    mv.visitIincInsn(locals.moved(slot), increment);
  }

  @Override
  public void visitLocalVariable(
      String name, String descriptor, String signature, Label start, Label end, int slot) {
    mv.visitLocalVariable(name, descriptor, signature, start, end, locals.moved(slot));
  }

  @Override
  public AnnotationVisitor visitLocalVariableAnnotation(
      int typeRef,
      TypePath typePath,
      Label[] start,
      Label[] end,
      int[] index,
      String descriptor,
      boolean visible) {
    int[] moved = new int[index.length];
    for (int i = 0; i < index.length; i++) {
      moved[i] = locals.moved(index[i]);
    }
    return mv.visitLocalVariableAnnotation(
        typeRef, typePath, start, end, moved, descriptor, visible);
  }
}
