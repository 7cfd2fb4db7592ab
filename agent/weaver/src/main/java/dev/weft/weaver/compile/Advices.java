package dev.weft.weaver.compile;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AnnotationNode;
import org.objectweb.asm.tree.MethodNode;

/** Byte Buddy's advice annotations, as they stand in class files. */
final class Advices {

  private static final String PREFIX = "Lnet/bytebuddy/asm/Advice$";
  static final String ENTER = PREFIX + "OnMethodEnter;";
  static final String EXIT = PREFIX + "OnMethodExit;";

  private static final String ON_NON_DEFAULT = PREFIX + "OnNonDefaultValue;";
  private static final String THROWABLE = "Ljava/lang/Throwable;";

  /** Annotation of a parameter: its simple name, such as {@code Argument}, and its attributes. */
  record Parameter(String kind, Map<String, Object> attributes, Type type, int slot) {

    boolean isWritable() {
      return Boolean.FALSE.equals(attributes.get("readOnly"));
    }
  }

  private Advices() {}

  static @Nullable AnnotationNode find(MethodNode method, String descriptor) {
    if (method.visibleAnnotations != null) {
      for (AnnotationNode annotation : method.visibleAnnotations) {
        if (annotation.desc.equals(descriptor)) {
          return annotation;
        }
      }
    }
    return null;
  }

  /** Whether failures of the advice are suppressed; refuses attributes that are not supported. */
  static boolean suppresses(AnnotationNode annotation, String where) {
    Map<String, Object> attributes = attributes(annotation);
    Object suppressed = attributes.remove("suppress");
    if (suppressed != null && !suppressed.equals(Type.getType(THROWABLE))) {
      throw new UnsupportedAdviceException(
          where, "suppress is " + suppressed + " (expected: Throwable.class)");
    }
    attributes.remove("skipOn");
    attributes.remove("inline");
    if (!attributes.isEmpty()) {
      throw new UnsupportedAdviceException(
          where, "unsupported attributes " + attributes.keySet() + " of its annotation");
    }
    return suppressed != null;
  }

  /** Whether the advice may skip the body. */
  static boolean skips(AnnotationNode annotation, String where) {
    Object skipOn = attributes(annotation).get("skipOn");
    if (skipOn != null && !skipOn.equals(Type.getType(ON_NON_DEFAULT))) {
      throw new UnsupportedAdviceException(
          where, "skipOn is " + skipOn + " (expected: OnNonDefaultValue.class)");
    }
    return skipOn != null;
  }

  /** The annotated parameters of an advice method, by their slots. */
  static Map<Integer, Parameter> parameters(MethodNode method, String where) {
    Map<Integer, Parameter> parameters = new TreeMap<>();
    Type[] types = Type.getArgumentTypes(method.desc);
    int slot = 0;
    for (int i = 0; i < types.length; i++) {
      parameters.put(slot, parameter(method, i, types[i], slot, where));
      slot += types[i].getSize();
    }
    return parameters;
  }

  private static Parameter parameter(
      MethodNode method, int position, Type type, int slot, String where) {
    List<AnnotationNode> annotations =
        method.visibleParameterAnnotations == null
            ? null
            : method.visibleParameterAnnotations[position];
    if (annotations != null) {
      for (AnnotationNode annotation : annotations) {
        if (annotation.desc.startsWith(PREFIX)) {
          String kind = annotation.desc.substring(PREFIX.length(), annotation.desc.length() - 1);
          return new Parameter(kind, attributes(annotation), type, slot);
        }
      }
    }
    throw new UnsupportedAdviceException(
        where, "parameter " + position + " has no annotation of Advice");
  }

  private static Map<String, Object> attributes(AnnotationNode annotation) {
    Map<String, Object> attributes = new TreeMap<>();
    if (annotation.values != null) {
      for (int i = 0; i < annotation.values.size(); i += 2) {
        attributes.put((String) annotation.values.get(i), annotation.values.get(i + 1));
      }
    }
    return attributes;
  }
}
