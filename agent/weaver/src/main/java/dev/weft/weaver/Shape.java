package dev.weft.weaver;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The members of a class that hooks may meet.
 *
 * @param name internal name
 */
record Shape(String name, Map<String, Member> fields, List<Member> methods) {

  /** A field or a method. */
  record Member(int access, String name, String descriptor) {
    boolean isStatic() {
      return (access & Opcodes.ACC_STATIC) != 0;
    }

    boolean isFinal() {
      return (access & Opcodes.ACC_FINAL) != 0;
    }

    boolean isConstructor() {
      return name.equals("<init>");
    }

    /** Whether it has code of its own, and not only a call of the method that it bridges to. */
    boolean hasBody() {
      return (access & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE | Opcodes.ACC_BRIDGE)) == 0;
    }
  }

  /** A field that is known to be there. */
  Member field(String name) {
    Member field = fields.get(name);
    if (field == null) {
      throw new IllegalArgumentException("no field " + name + " in " + this.name);
    }
    return field;
  }

  static Shape of(ClassReader reader) {
    Shape shape = new Shape(reader.getClassName(), new HashMap<>(), new ArrayList<>());
    reader.accept(
        new Collector(shape),
        ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return shape;
  }

  private static final class Collector extends ClassVisitor {
    private final Shape shape;

    Collector(Shape shape) {
      super(Opcodes.ASM9);
      this.shape = shape;
    }

    @Override
    public @Nullable FieldVisitor visitField(
        int access, String name, String descriptor, String signature, Object value) {
      shape.fields.put(name, new Member(access, name, descriptor));
      return null;
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      shape.methods.add(new Member(access, name, descriptor));
      return null;
    }
  }
}
