package dev.weft.weaver;

import dev.weft.weaver.HookIndex.Hook;
import dev.weft.weaver.Shape.Member;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Weaves hooks into one class. Nothing but code changes: the class may be loaded already. */
final class ClassWeave extends ClassVisitor {

  private final Shape shape;
  private final List<Hook> hooks;
  private boolean frames;

  private ClassWeave(ClassWriter writer, Shape shape, List<Hook> hooks) {
    super(Opcodes.ASM9, writer);
    this.shape = shape;
    this.hooks = hooks;
  }

  /**
   * The woven class file.
   *
   * @param hooks which {@link Fit} the shape; earlier ones are outside later ones
   */
  static byte[] weave(ClassReader reader, Shape shape, List<Hook> hooks) {
    ClassWriter writer = new ClassWriter(reader, 0); // methods that are not woven are copied
    reader.accept(new ClassWeave(writer, shape, hooks), ClassReader.EXPAND_FRAMES);
    return writer.toByteArray();
  }

  @Override
  public void visit(
      int version,
      int access,
      String name,
      String signature,
      String superName,
      String[] interfaces) {
    frames = (version & 0xffff) >= Opcodes.V1_6;
    super.visit(version, access, name, signature, superName, interfaces);
  }

  @Override
  public @Nullable MethodVisitor visitMethod(
      int access, String name, String descriptor, String signature, String[] exceptions) {
    MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
    Member method = new Member(access, name, descriptor);
    for (Hook hook : hooks) {
      if (next != null && Fit.matches(hook, method)) {
        next = new Splicer(next, shape, method, hook.splice(), frames);
      }
    }
    return next;
  }
}
