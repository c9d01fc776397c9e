package io.github.reactorudf;

import org.apache.arrow.vector.types.Types;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.pojo.ArrowType.ExtensionType;
import org.apache.arrow.vector.types.pojo.Field;

/** What Arrow calls the vectors of a field. */
final class MinorTypes {

    private MinorTypes() {}

    static MinorType of(Field field) {
        return field.getType() instanceof ExtensionType
                ? MinorType.EXTENSIONTYPE
                : Types.getMinorTypeForArrowType(field.getType());
    }
}
