package dev.weft.weaver;

import dev.weft.weaver.Shape.Member;
import dev.weft.weaver.Splice.Call;
import dev.weft.weaver.Splice.Operand;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Writes the instructions of a splice. */
final class CodeWriter {

  private static final String BRIDGE = "dev/weft/bridge/Weft";
  private static final Object[] THROWN = {"java/lang/Throwable"};

  private final MethodVisitor mv;
  private final Shape shape;
  private final Locals locals;
  private final boolean frames;

  /**
   * @param frames whether classes of this version have frames
   */
  CodeWriter(MethodVisitor mv, Shape shape, Locals locals, boolean frames) {
    this.mv = mv;
    this.shape = shape;
    this.locals = locals;
    this.frames = frames;
  }

  /** Calls with the operands as they are before the body. */
  void callEntering(Call call) {
    Type[] parameters = Type.getArgumentTypes(call.descriptor());
    for (int i = 0; i < parameters.length; i++) {
      Operand operand = call.operands().get(i);
      int position = operand.argument();
      Type found =
          switch (operand.source()) {
            case THIS -> loadThis(0);
            case ARGUMENT -> load(locals.arguments()[position], locals.parameter(position));
            case FIELD -> loadField(operand.field(), 0);
            case ENTER, RETURN -> throw new IllegalStateException(operand + " before the body");
          };
      cast(found, parameters[i]);
    }
    invoke(call);
  }

  /** Calls with the operands as they are at an exit. */
  void callLeaving(Call call, Type entered) {
    Type[] parameters = Type.getArgumentTypes(call.descriptor());
    for (int i = 0; i < parameters.length; i++) {
      Operand operand = call.operands().get(i);
      int position = operand.argument();
      Type found =
          switch (operand.source()) {
            case THIS -> loadThis(locals.copyOfThis());
            case ARGUMENT -> load(locals.arguments()[position], locals.copy(position));
            case FIELD -> loadField(operand.field(), locals.copyOfThis());
            case ENTER -> load(entered, locals.entered());
            case RETURN -> load(locals.result(), locals.returned());
          };
      cast(found, parameters[i]);
    }
    invoke(call);
  }

  private void invoke(Call call) {
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        call.owner(),
        call.name(),
        call.descriptor(),
        /* isInterface= */ false);
  }

  /** Copies what the exit needs of the parameters. */
  void copyParameters() {
    for (int i = 0; i < locals.arguments().length; i++) {
      if (locals.copy(i) >= 0) {
        load(locals.arguments()[i], locals.parameter(i));
        store(locals.arguments()[i], locals.copy(i));
      }
    }
    if (locals.copiesThis()) {
      loadThis(0);
      mv.visitVarInsn(Opcodes.ASTORE, locals.copyOfThis());
    }
  }

  /** Assigns what is on the stack, above the object, to a field of it. */
  void putField(String name, Type value) {
    String descriptor = shape.field(name).descriptor();
    cast(value, Type.getType(descriptor));
    mv.visitFieldInsn(Opcodes.PUTFIELD, shape.name(), name, descriptor);
  }

  Type loadThis(int slot) {
    mv.visitVarInsn(Opcodes.ALOAD, slot);
    return Type.getObjectType(shape.name());
  }

  private Type loadField(String name, int slotOfThis) {
    Member field = shape.field(name);
    if (field.isStatic()) {
      mv.visitFieldInsn(Opcodes.GETSTATIC, shape.name(), name, field.descriptor());
    } else {
      loadThis(slotOfThis);
      mv.visitFieldInsn(Opcodes.GETFIELD, shape.name(), name, field.descriptor());
    }
    return Type.getType(field.descriptor());
  }

  Type load(Type type, int slot) {
    if (type.getSort() != Type.VOID) {
      mv.visitVarInsn(type.getOpcode(Opcodes.ILOAD), slot);
    }
    return type;
  }

  void store(Type type, int slot) {
    if (type.getSort() != Type.VOID) {
      mv.visitVarInsn(type.getOpcode(Opcodes.ISTORE), slot);
    }
  }

  void pop(Type type) {
    if (type.getSize() > 0) {
      mv.visitInsn(type.getSize() == 2 ? Opcodes.POP2 : Opcodes.POP);
    }
  }

  /** Null or zero. */
  void pushDefault(Type type) {
    switch (type.getSort()) {
      case Type.VOID -> {}
      case Type.LONG -> mv.visitInsn(Opcodes.LCONST_0);
      case Type.FLOAT -> mv.visitInsn(Opcodes.FCONST_0);
      case Type.DOUBLE -> mv.visitInsn(Opcodes.DCONST_0);
      case Type.OBJECT, Type.ARRAY -> mv.visitInsn(Opcodes.ACONST_NULL);
      default -> mv.visitInsn(Opcodes.ICONST_0);
    }
  }

  /** A cast where types differ: the library may declare less than the adapter expects. */
  void cast(Type from, Type to) {
    if (!from.equals(to) && !to.getInternalName().equals("java/lang/Object")) {
      mv.visitTypeInsn(Opcodes.CHECKCAST, to.getInternalName());
    }
  }

  void giveBack() {
    mv.visitInsn(locals.result().getOpcode(Opcodes.IRETURN));
  }

  Label mark() {
    Label here = new Label();
    mv.visitLabel(here);
    return here;
  }

  /** Here failures of what lies between start and end arrive, and are counted. */
  void handler(Label start, Label end, Object[] frame) {
    Label handler = mark();
    frame(frame, THROWN);
    mv.visitTryCatchBlock(start, end, handler, "java/lang/Throwable");
    mv.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        BRIDGE,
        "suppressed",
        "(Ljava/lang/Throwable;)V",
        /* isInterface= */ false);
  }

  void frame(Object[] local, Object[] stack) {
    if (frames) {
      mv.visitFrame(Opcodes.F_NEW, local.length, local, stack.length, stack);
    }
  }
}
