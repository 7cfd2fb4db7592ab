package dev.weft.control.config.istio;

import dev.weft.control.config.Resource;
import dev.weft.control.config.schema.ObjectReader;

/** Reads the {@code spec} of one kind. Whatever it refuses is a finding of severity ERROR. */
@FunctionalInterface
public interface KindReader {

  Resource read(ObjectReader spec, Scope scope);
}
