package dev.weft.control.model;

/** Hears of every new model, one at a time and in order. Must not block. */
@FunctionalInterface
public interface ModelListener {

  void updated(MeshModel model);
}
