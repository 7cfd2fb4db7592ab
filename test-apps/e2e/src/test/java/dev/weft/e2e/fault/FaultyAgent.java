package dev.weft.e2e.fault;

import dev.weft.e2e.Layout;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * A copy of the agent in which each method can be made to fail, and the way to say which. Its first
 * classes, which only start the others, are left as they are.
 */
final class FaultyAgent {

  private static final String FAULT = Fault.class.getName().replace('.', '/');
  private static final List<String> FOLDERS = List.of("boot", "platform", "library", "isolated");

  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final Path boot;
  private final Path jar;
  private final Path file;
  private final List<String> methods = new ArrayList<>(List.of(""));
  private final ByteBuffer orders;

  FaultyAgent(Path directory) throws IOException {
    jar = directory.resolve("faulty-agent.jar");
    file = directory.resolve("faults");
    boot = directory.resolve("boot");
    Path fault = boot.resolve(FAULT + ".class");
    Files.createDirectories(fault.getParent());
    try (InputStream in = Fault.class.getResourceAsStream("Fault.class")) {
      Files.copy(in, fault);
    }
    Files.copy(Layout.agent(), jar);
    try (FileSystem content = FileSystems.newFileSystem(jar)) {
      for (String folder : FOLDERS) {
        weaken(content.getPath(folder));
      }
    }
    Files.write(file, new byte[Fault.CALLED + methods.size()]);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      orders = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
    }
  }

  /** What makes a JVM use it, besides what makes it a member. */
  Map<String, String> options() {
    return Map.of(
        "JAVA_TOOL_OPTIONS",
        "-Xbootclasspath/a:%s -D%s=%s -javaagent:%s".formatted(boot, Fault.FILE, file, jar));
  }

  /** The class and name of the method of this number. */
  String method(int number) {
    return methods.get(number);
  }

  /** The methods that begin while this runs. */
  List<Integer> called(Runnable action) {
    for (int i = Fault.CALLED; i < orders.capacity(); i++) {
      orders.put(i, (byte) 0);
    }
    order(Fault.RECORD);
    try {
      action.run();
    } finally {
      order(Fault.NOTHING);
    }
    List<Integer> called = new ArrayList<>();
    for (int i = 1; i < methods.size(); i++) {
      if (orders.get(Fault.CALLED + i) != 0) {
        called.add(i);
      }
    }
    return called;
  }

  /** Fails this method at each of its calls, from now until {@link #mend}. */
  void fail(int method, int kind) {
    INT.setVolatile(orders, Fault.COUNT, 0);
    INT.setVolatile(orders, Fault.KIND, kind);
    order(method);
  }

  /** Fails nothing any more; how often the last one failed. */
  int mend() {
    order(Fault.NOTHING);
    return (int) INT.getVolatile(orders, Fault.COUNT);
  }

  private void order(int order) {
    INT.setVolatile(orders, Fault.ORDER, order);
  }

  private void weaken(Path folder) throws IOException {
    List<Path> classes;
    try (Stream<Path> files = Files.walk(folder)) {
      classes = files.filter(FaultyAgent::isOurs).sorted().toList();
    }
    for (Path path : classes) {
      Files.write(path, weakened(Files.readAllBytes(path)));
    }
  }

  private static boolean isOurs(Path path) {
    String name = path.toString();
    return name.endsWith(".classdata") && (name.contains("/dev/weft/") || name.contains("/sun/"));
  }

  private byte[] weakened(byte[] original) {
    ClassReader reader = new ClassReader(original);
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    reader.accept(new Weakening(writer, reader.getClassName()), 0);
    return writer.toByteArray();
  }

  /** Begins each method with the question whether it fails. */
  private final class Weakening extends ClassVisitor {

    private final String type;

    Weakening(ClassVisitor next, String type) {
      super(Opcodes.ASM9, next);
      this.type = type;
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
      int number = methods.size();
      methods.add(type.replace('/', '.') + "." + name + descriptor);
      return new MethodVisitor(Opcodes.ASM9, next) {
        @Override
        public void visitCode() {
          super.visitCode();
          super.visitLdcInsn(number);
          super.visitMethodInsn(Opcodes.INVOKESTATIC, FAULT, "at", "(I)V", false);
        }
      };
    }
  }
}
