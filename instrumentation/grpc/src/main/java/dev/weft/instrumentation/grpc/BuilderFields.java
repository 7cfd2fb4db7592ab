package dev.weft.instrumentation.grpc;

import io.grpc.CallCredentials;
import io.grpc.ChannelCredentials;
import io.grpc.internal.ManagedChannelImplBuilder;
import io.grpc.internal.ManagedChannelImplBuilder.ChannelBuilderDefaultPortProvider;
import io.grpc.internal.ManagedChannelImplBuilder.ClientTransportFactoryBuilder;
import io.grpc.internal.ObjectPool;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The settings of a channel builder, which has setters for them but no getters. */
record BuilderFields(ManagedChannelImplBuilder builder) {

  /** A builder for another target, of the same transport and the same settings. */
  BuilderFields copy(String target) throws ReflectiveOperationException {
    BuilderFields copy =
        new BuilderFields(
            new ManagedChannelImplBuilder(
                target,
                (ChannelCredentials) get("channelCredentials"),
                (CallCredentials) get("callCredentials"),
                (ClientTransportFactoryBuilder) required("clientTransportFactoryBuilder"),
                (ChannelBuilderDefaultPortProvider) get("channelBuilderDefaultPortProvider")));
    for (Field field : ManagedChannelImplBuilder.class.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers())) {
        field.setAccessible(true);
        copy(field, copy.builder);
      }
    }
    return copy;
  }

  private void copy(Field field, ManagedChannelImplBuilder to) throws IllegalAccessException {
    Object value = field.get(builder);
    if (!Modifier.isFinal(field.getModifiers())) {
      field.set(to, value);
    } else if (value instanceof List<?> from) {
      List<Object> list = list(field.get(to));
      list.clear();
      if (!field.getName().equals("interceptors")) { // which all run before the call gets here
        list.addAll(from);
      }
    }
  }

  /** 80 for a plaintext transport, whatever port the target names. */
  int defaultPort() throws ReflectiveOperationException {
    return ((ChannelBuilderDefaultPortProvider) required("channelBuilderDefaultPortProvider"))
        .getDefaultPort();
  }

  String target() throws ReflectiveOperationException {
    return (String) required("target");
  }

  /** Set for channels to one address, which may be of another kind than the internet's. */
  @Nullable Object directAddress() throws ReflectiveOperationException {
    return get("directServerAddress");
  }

  /** Where the callbacks of calls run that have no executor of their own. */
  @SuppressWarnings("unchecked") // as the field is declared
  ObjectPool<? extends Executor> executors() throws ReflectiveOperationException {
    return (ObjectPool<? extends Executor>) required("executorPool");
  }

  @SuppressWarnings("unchecked") // moved from a field to the same field of another builder
  private static List<Object> list(Object field) {
    return (List<Object>) field;
  }

  private Object required(String name) throws ReflectiveOperationException {
    Object value = get(name);
    if (value == null) {
      throw new NoSuchFieldException(name + ": null (expected: a value)");
    }
    return value;
  }

  private @Nullable Object get(String name) throws ReflectiveOperationException {
    Field field = ManagedChannelImplBuilder.class.getDeclaredField(name);
    field.setAccessible(true);
    return field.get(builder);
  }
}
