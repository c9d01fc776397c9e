package io.github.reactorudf.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives each test a root allocator of its own, and fails the test that does not leave it empty. */
public final class TestAllocator implements ParameterResolver, AfterEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(TestAllocator.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == BufferAllocator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        BufferAllocator.class, key -> ArrowMemory.newRootAllocator(1 << 30), BufferAllocator.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        BufferAllocator allocator = context.getStore(NAMESPACE).remove(BufferAllocator.class, BufferAllocator.class);
        if (allocator != null) {
            assertEquals(0, allocator.getAllocatedMemory(), () -> "the test leaked:\n" + allocator.toVerboseString());
            allocator.close();
        }
    }
}
