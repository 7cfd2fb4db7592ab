package dev.weft.weaver.compile;

import dev.weft.weaver.HookIndex;
import dev.weft.weaver.HookIndex.Adapter;
import dev.weft.weaver.HookIndex.Hook;
import dev.weft.weaver.HookIndex.HookedClass;
import dev.weft.weaver.IndexReader;
import dev.weft.weaver.Splice.Call;
import dev.weft.weaver.Splice.Enter;
import dev.weft.weaver.Splice.Exit;
import dev.weft.weaver.Splice.Leaving;
import dev.weft.weaver.Splice.Operand;

/** Writes what {@link IndexReader} reads; the format is described there. */
final class IndexWriter {

  private final StringBuilder text = new StringBuilder();

  private IndexWriter() {}

  static String write(HookIndex index) {
    IndexWriter writer = new IndexWriter();
    writer.line(IndexReader.HEADER);
    index.bridge().forEach(name -> writer.line("bridge", name));
    index.adapters().forEach(writer::adapter);
    return writer.text.toString();
  }

  private void adapter(Adapter adapter) {
    line("adapter", adapter.name(), adapter.home().name());
    if (adapter.guards()) {
      line("guards");
    }
    if (adapter.starts() != null) {
      line("starts", adapter.starts());
    }
    adapter.requires().forEach(name -> line("requires", name));
    adapter.opens().forEach(name -> line("opens", name));
    adapter.helpers().forEach(name -> line("helper", name));
    for (HookedClass hooked : adapter.classes()) {
      line("class", hooked.name());
      hooked.hooks().forEach(this::hook);
    }
  }

  private void hook(Hook hook) {
    String count = Integer.toString(hook.arguments());
    line(
        hook.optional() ? "optional" : "hook",
        hook.method(),
        count,
        String.join(" ", hook.types()));
    Enter enter = hook.splice().enter();
    if (enter != null) {
      String position = Integer.toString(enter.argument());
      line("enter", enter.effect().name(), position, call(enter.call()));
    }
    Exit exit = hook.splice().exit();
    if (exit != null) {
      String field = exit.effect() == Leaving.FIELD ? exit.field() : "-";
      line("exit", exit.effect().name(), field, exit.call() == null ? "" : call(exit.call()));
    }
  }

  private static String call(Call call) {
    StringBuilder words = new StringBuilder(call.suppressed() ? "suppressed" : "thrown");
    words.append(' ').append(call.owner());
    words.append(' ').append(call.name());
    words.append(' ').append(call.descriptor());
    call.operands().forEach(operand -> words.append(' ').append(operand(operand)));
    return words.toString();
  }

  private static String operand(Operand operand) {
    return switch (operand.source()) {
      case THIS -> "this";
      case ENTER -> "enter";
      case RETURN -> "return";
      case ARGUMENT -> "arg:" + operand.argument();
      case FIELD -> "field:" + operand.field();
    };
  }

  private void line(String... words) {
    text.append(String.join(" ", words).strip()).append('\n');
  }
}
