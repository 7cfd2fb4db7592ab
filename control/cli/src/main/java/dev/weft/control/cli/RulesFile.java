package dev.weft.control.cli;

import dev.weft.injector.InjectionRules;
import dev.weft.injector.RulesException;
import dev.weft.injector.RulesReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A file with rules of injection. */
final class RulesFile implements ITypeConverter<InjectionRules> {

  @Override
  public InjectionRules convert(String file) {
    try {
      return RulesReader.read(Files.readString(Path.of(file)));
    } catch (IOException e) {
      throw new TypeConversionException(file + " (expected: a file to be read)");
    } catch (RulesException e) {
      throw new TypeConversionException(file + ": " + e.getMessage());
    }
  }
}
