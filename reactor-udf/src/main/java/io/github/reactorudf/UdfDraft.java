package io.github.reactorudf;

import io.github.reactorudf.protocol.PrepareFrame;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a {@link Udf} says, while a new one is made of an old one; confined to the method that does. */
final class UdfDraft {

    final String function;

    @Nullable
    String kind;

    @Nullable
    List<String> on;

    final Map<String, @Nullable Object> constants = new LinkedHashMap<>();

    @Nullable
    String name;

    @Nullable
    Object returns;

    @Nullable
    String source;

    @Nullable
    List<String> groupBy;

    @Nullable
    Long collect;

    PrepareFrame.@Nullable RowsBetween rows;
    boolean beside;
    boolean lateral;

    @Nullable
    Integer concurrency;

    @Nullable
    List<String> groupRightBy;

    boolean idempotent;

    UdfDraft(String function) {
        this.function = function;
    }

    UdfDraft(PrepareFrame.Stage stage, boolean idempotent) {
        this.function = stage.function();
        this.kind = stage.kind();
        this.on = stage.on();
        this.constants.putAll(stage.with());
        this.name = stage.name();
        this.returns = stage.returns();
        this.source = stage.source();
        this.groupBy = stage.groupBy();
        this.collect = stage.collect();
        this.rows = stage.rows();
        this.beside = stage.beside();
        this.lateral = stage.lateral();
        this.concurrency = stage.concurrency();
        this.groupRightBy = stage.groupRightBy();
        this.idempotent = idempotent;
    }

    PrepareFrame.Stage stage() {
        return new PrepareFrame.Stage(
                function,
                kind,
                on,
                Collections.unmodifiableMap(constants),
                name,
                returns,
                source,
                groupBy,
                collect,
                rows,
                beside,
                lateral,
                concurrency,
                groupRightBy);
    }
}
