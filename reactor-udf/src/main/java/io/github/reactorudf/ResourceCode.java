package io.github.reactorudf;

import io.github.reactorudf.protocol.PrepareFrame;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Reads the Python modules that are on the class path. */
final class ResourceCode {

    static final String PREFIX = "classpath:";

    private ResourceCode() {}

    /**
     * What the worker is told of UDFs, with the text of each module that is on the class path. Cold; such a module is
     * read for each subscription, on the scheduler, from the subscribing thread's context class loader or else this
     * library's. At once where there is none.
     *
     * @return {@link UdfException} that names the resource if it is not there or is no text
     */
    static Mono<List<PrepareFrame.Stage>> stages(List<Udf> udfs, Scheduler scheduler) {
        return Mono.defer(() -> {
            if (udfs.stream().noneMatch(Udf::isResource)) {
                return Mono.just(udfs.stream().map(Udf::stage).toList());
            }
            ClassLoader context = Thread.currentThread().getContextClassLoader();
            return Mono.fromCallable(
                            () -> udfs.stream().map(udf -> stage(udf, context)).toList())
                    .subscribeOn(scheduler);
        });
    }

    private static PrepareFrame.Stage stage(Udf udf, @Nullable ClassLoader context) {
        if (!udf.isResource()) {
            return udf.stage();
        }
        String function = udf.function();
        String path = function.substring(PREFIX.length(), function.lastIndexOf(':'));
        String name = path.startsWith("/") ? path.substring(1) : path;
        try (InputStream resource = open(name, context)) {
            if (resource == null) {
                throw new UdfException("there is no resource " + name + " on the class path, of which " + function
                        + " is to be a function");
            }
            return udf.withText(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(resource.readAllBytes()))
                            .toString())
                    .stage();
        } catch (CharacterCodingException e) {
            throw new UdfException("the resource " + name + " on the class path is not Python code in UTF-8", e);
        } catch (IOException e) {
            throw new UdfException("the resource " + name + " on the class path can't be read: " + e.getMessage(), e);
        }
    }

    private static @Nullable InputStream open(String name, @Nullable ClassLoader context) {
        InputStream found = context == null ? null : context.getResourceAsStream(name);
        return found == null ? ResourceCode.class.getClassLoader().getResourceAsStream(name) : found;
    }
}
