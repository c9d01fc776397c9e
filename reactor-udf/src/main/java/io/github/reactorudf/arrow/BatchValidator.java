package io.github.reactorudf.arrow;

import io.github.reactorudf.ProtocolException;
import java.util.List;
import java.util.function.ToIntFunction;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ExtensionType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Walks the nodes and buffers of a record batch as its schema lays them out, before any vector is made of them. Arrow's
 * own validation runs on vectors, reads offsets before it has checked all of them, and knows neither views nor
 * dictionary indexes.
 */
final class BatchValidator {
    private static final int ALIGNMENT = 8;
    private static final int BUFFER_BYTES = 16;

    private final RecordBatch batch;
    private final long bodyLength;
    private final BufferChecks checks;
    private final ToIntFunction<DictionaryEncoding> dictionarySizes;
    private int nodes;
    private int buffers;
    private int variadicCounts;

    BatchValidator(RecordBatch batch, ArrowBuf body, ToIntFunction<DictionaryEncoding> dictionarySizes) {
        this.batch = batch;
        this.bodyLength = body.writerIndex();
        this.checks = new BufferChecks(body);
        this.dictionarySizes = dictionarySizes;
    }

    void validate(List<Field> fields) {
        if (batch.compression() != null) {
            throw new ProtocolException("A compressed body; write it without compression");
        }
        long bytes = batch.getByteBuffer().limit();
        if (batch.buffersLength() > bytes / BUFFER_BYTES) {
            throw new ProtocolException(
                    "A batch of " + batch.buffersLength() + " buffers in " + bytes + " bytes of metadata");
        }
        if (batch.length() < 0 || batch.length() > Integer.MAX_VALUE) {
            throw new ProtocolException("A batch of " + batch.length() + " rows");
        }
        for (Field field : fields) {
            int length = field(field);
            require(length == batch.length(), field, "has " + length + " rows in a batch of " + batch.length());
        }
        if (nodes != batch.nodesLength()
                || buffers != batch.buffersLength()
                || variadicCounts != batch.variadicBufferCountsLength()) {
            throw new ProtocolException("A batch of " + batch.nodesLength() + " nodes and " + batch.buffersLength()
                    + " buffers, where its schema has " + nodes + " and " + buffers);
        }
    }

    /** Checks a field with what is below it, and returns its length. */
    private int field(Field field) {
        require(nodes < batch.nodesLength(), field, "has no node");
        FieldNode node = batch.nodes(nodes++);
        require(node.length() >= 0 && node.length() <= Integer.MAX_VALUE, field, "has a length of " + node.length());
        require(
                node.nullCount() >= 0 && node.nullCount() <= node.length(),
                field,
                "has " + node.nullCount() + " nulls in " + node.length() + " rows");
        int length = (int) node.length();
        ArrowType type = field.getType() instanceof ExtensionType extension ? extension.storageType() : field.getType();
        switch (type.getTypeID()) {
            case Null -> {}
            case Utf8, Binary -> variableWidth(field, node, Integer.BYTES);
            case LargeUtf8, LargeBinary -> variableWidth(field, node, Long.BYTES);
            case Utf8View, BinaryView -> views(field, node);
            case List, Map -> list(field, node, Integer.BYTES);
            case LargeList -> list(field, node, Long.BYTES);
            case ListView -> listView(field, node, Integer.BYTES);
            case LargeListView -> listView(field, node, Long.BYTES);
            case FixedSizeList -> fixedSizeList(field, node, ((ArrowType.FixedSizeList) type).getListSize());
            case Struct -> struct(field, node);
            case Union -> union(field, (ArrowType.Union) type, length);
            case RunEndEncoded -> runEndEncoded(field, length);
            default -> fixedWidth(field, type, node);
        }
        return length;
    }

    private void fixedWidth(Field field, ArrowType type, FieldNode node) {
        BufferChecks.Range validity = validity(field, node);
        int bits = TypeLayout.getTypeLayout(type).getBufferLayouts().get(1).getTypeBitWidth();
        BufferChecks.Range data = buffer(field, (bits * node.length() + 7) / 8);
        if (field.getDictionary() != null) {
            int size = dictionarySizes.applyAsInt(field.getDictionary());
            int row = checks.firstBadIndex(data, validity, (int) node.length(), (ArrowType.Int) type, size);
            require(row < 0, field, "has an index outside of its dictionary's " + size + " values in row " + row);
        }
    }

    private void variableWidth(Field field, FieldNode node, int offsetWidth) {
        validity(field, node);
        BufferChecks.Range offsets = offsets(field, node, offsetWidth);
        long extent = buffer(field, 0).length();
        checkOffsets(field, offsets, node, offsetWidth, extent);
    }

    private void views(Field field, FieldNode node) {
        BufferChecks.Range validity = validity(field, node);
        BufferChecks.Range views = buffer(field, node.length() * BufferChecks.VIEW_WIDTH);
        require(variadicCounts < batch.variadicBufferCountsLength(), field, "has no count of its data buffers");
        long count = batch.variadicBufferCounts(variadicCounts++);
        require(count >= 0 && count <= batch.buffersLength() - buffers, field, "has " + count + " data buffers");
        long[] lengths = new long[(int) count];
        for (int i = 0; i < count; i++) {
            lengths[i] = buffer(field, 0).length();
        }
        int row = checks.firstBadView(views, validity, (int) node.length(), lengths);
        require(row < 0, field, "has a view outside of its data in row " + row);
    }

    private void list(Field field, FieldNode node, int offsetWidth) {
        validity(field, node);
        BufferChecks.Range offsets = offsets(field, node, offsetWidth);
        checkOffsets(field, offsets, node, offsetWidth, field(child(field, 0, 1)));
    }

    private void listView(Field field, FieldNode node, int width) {
        validity(field, node);
        BufferChecks.Range offsets = buffer(field, node.length() * width);
        BufferChecks.Range sizes = buffer(field, node.length() * width);
        int row = checks.firstBadListView(offsets, sizes, (int) node.length(), width, field(child(field, 0, 1)));
        require(row < 0, field, "has a list outside of its values in row " + row);
    }

    private void fixedSizeList(Field field, FieldNode node, int size) {
        validity(field, node);
        long needed = node.length() * size;
        int values = field(child(field, 0, 1));
        require(size >= 0 && values >= needed, field, "has " + values + " values where " + needed + " are needed");
    }

    private void struct(Field field, FieldNode node) {
        validity(field, node);
        childrenOfLength(field, (int) node.length());
    }

    private void union(Field field, ArrowType.Union type, int length) {
        BufferChecks.Range types = buffer(field, length);
        int[] declared = type.getTypeIds();
        int children = field.getChildren().size();
        require(declared == null || declared.length == children, field, "declares another number of types than it has");
        if (type.getMode() == UnionMode.Sparse) {
            childrenOfLength(field, length);
            int row = checks.firstBadType(types, length, declared, children);
            require(row < 0, field, "has an undeclared type in row " + row);
            return;
        }
        BufferChecks.Range offsets = buffer(field, (long) length * Integer.BYTES);
        int[] lengths = field.getChildren().stream().mapToInt(this::field).toArray();
        int row = checks.firstBadUnion(types, offsets, length, declared, lengths);
        require(row < 0, field, "has an undeclared type or an offset outside of its values in row " + row);
    }

    private void runEndEncoded(Field field, int length) {
        Field ends = child(field, 0, 2);
        require(ends.getType() instanceof ArrowType.Int, field, "has run ends that are no integers");
        int firstBuffer = buffers;
        require(
                nodes < batch.nodesLength() && batch.nodes(nodes).nullCount() == 0,
                field,
                "has run ends that are null");
        int runs = field(ends);
        int values = field(child(field, 1, 2));
        require(runs == values, field, "has " + runs + " run ends for " + values + " values");
        BufferChecks.Range validity = range(field, firstBuffer);
        BufferChecks.Range data = range(field, firstBuffer + 1);
        int run = checks.firstBadRunEnd(data, validity, runs, (ArrowType.Int) ends.getType(), length);
        require(run < 0, field, "has run ends that are null or do not rise to its " + length + " rows, at run " + run);
    }

    private void childrenOfLength(Field field, int length) {
        for (Field child : field.getChildren()) {
            int childLength = field(child);
            require(childLength == length, child, "has " + childLength + " rows within " + length);
        }
    }

    private BufferChecks.Range validity(Field field, FieldNode node) {
        BufferChecks.Range validity = buffer(field, 0);
        if (validity.length() == 0) {
            require(node.nullCount() == 0 || node.length() == 0, field, "has nulls and no validity buffer");
        } else {
            require(validity.length() >= (node.length() + 7) / 8, field, "has a validity buffer too short");
        }
        return validity;
    }

    private BufferChecks.Range offsets(Field field, FieldNode node, int width) {
        return buffer(field, node.length() == 0 ? 0 : (node.length() + 1) * width);
    }

    private void checkOffsets(Field field, BufferChecks.Range offsets, FieldNode node, int width, long extent) {
        int row = checks.firstBadOffset(offsets, (int) node.length(), width, extent);
        require(row < 0, field, "has offsets that fall, or pass its " + extent + " values, in row " + row);
    }

    private BufferChecks.Range buffer(Field field, long minimum) {
        require(buffers < batch.buffersLength(), field, "lacks a buffer");
        BufferChecks.Range range = range(field, buffers++);
        require(
                range.length() >= minimum,
                field,
                "has a buffer of " + range.length() + " bytes where " + minimum + " are needed");
        return range;
    }

    private BufferChecks.Range range(Field field, int index) {
        Buffer buffer = batch.buffers(index);
        long offset = buffer.offset();
        long length = buffer.length();
        require(
                offset >= 0 && length >= 0 && offset <= bodyLength && length <= bodyLength - offset,
                field,
                "has a buffer of " + length + " bytes at " + offset + " in a body of " + bodyLength);
        require(offset % ALIGNMENT == 0, field, "has a buffer at " + offset + ", not a multiple of 8");
        return new BufferChecks.Range(offset, length);
    }

    private static Field child(Field field, int index, int count) {
        int children = field.getChildren().size();
        require(children == count, field, "has " + children + " child fields, not " + count);
        return field.getChildren().get(index);
    }

    private static void require(boolean condition, Field field, String otherwise) {
        if (!condition) {
            throw new ProtocolException("Column " + field.getName() + " (" + field.getType() + ") " + otherwise);
        }
    }
}
