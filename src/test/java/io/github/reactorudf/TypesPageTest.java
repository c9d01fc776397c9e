package io.github.reactorudf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.pojo.ArrowType.ArrowTypeID;
import org.junit.jupiter.api.Test;

/** Every type that Arrow Java has is in the table of docs/types.md and among the random ones. */
class TypesPageTest {

    @Test
    void everyMinorTypeHasARow() throws IOException {
        assertEquals(names(List.of(MinorType.values())), new TreeSet<>(inJava()));
    }

    @Test
    void everyMinorTypeIsAmongTheRandomOnes() {
        assertEquals(EnumSet.allOf(MinorType.class), RandomFields.BY_TYPE.keySet());
    }

    @Test
    void everyTypeIdIsOfATypeThatHasARow() throws IOException {
        Set<ArrowTypeID> ids = inJava().stream()
                .map(MinorType::valueOf)
                .filter(type -> type != MinorType.EXTENSIONTYPE)
                .map(TypesPageTest::id)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(ArrowTypeID.class)));
        assertEquals(EnumSet.complementOf(EnumSet.of(ArrowTypeID.NONE)), ids);
    }

    private static ArrowTypeID id(MinorType type) {
        return RandomFields.BY_TYPE.get(type).sample().getType().getTypeID();
    }

    private static Set<String> names(List<MinorType> types) {
        return types.stream().map(MinorType::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The second column of the first table. */
    private static List<String> inJava() throws IOException {
        String page = Files.readString(Path.of("../../docs/types.md"));
        String table = page.substring(page.indexOf("<!-- table -->"), page.indexOf("<!-- /table -->"));
        return Arrays.stream(table.split("\n"))
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|")[2].trim())
                .toList();
    }
}
