package io.github.reactorudf.samples.runner;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.sql.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;

/**
 * What a Parquet file says of itself beyond what DuckDB's types keep.
 *
 * @param columns the top-level columns, in order
 * @param declared the columns as Arrow's writers store them under {@code ARROW:schema}; without columns if another
 *     program wrote the file
 * @param rows how many rows there are
 */
record ParquetFooter(List<Column> columns, Schema declared, long rows) {

    /** The key under which Arrow's Parquet writers keep the schema that they wrote, as a base64 schema message. */
    static final String ARROW_SCHEMA = "ARROW:schema";

    private static final Schema NONE = new Schema(List.of());

    /**
     * A top-level column.
     *
     * @param milliseconds whether it is a time in milliseconds, which DuckDB would turn into microseconds
     * @param utc whether it is an instant, shown in some time zone
     */
    record Column(String name, boolean milliseconds, boolean utc) {

        String selection() {
            String column = DuckDb.identifier(name);
            if (!milliseconds) {
                return column;
            }
            String local = utc ? "CAST(" + column + " AS TIMESTAMP)" : column;
            return "CAST(" + local + " AS TIMESTAMP_MS) AS " + column;
        }
    }

    static ParquetFooter read(Path file) throws IOException {
        try (DuckDBConnection connection = DuckDb.connect();
                Statement statement = connection.createStatement()) {
            List<Column> columns = columns(statement, file);
            Schema declared = declared(statement, file);
            boolean same = names(columns)
                    .equals(declared.getFields().stream().map(Field::getName).toList());
            try (ResultSet rows = statement.executeQuery(
                    "SELECT num_rows FROM parquet_file_metadata(" + DuckDb.pattern(file) + ")")) {
                rows.next();
                return new ParquetFooter(columns, same ? declared : NONE, rows.getLong(1));
            }
        } catch (SQLException e) {
            throw new IOException("cannot read " + file + " as Parquet: " + e.getMessage(), e);
        }
    }

    /** The file as a table of exactly its columns: no partition is read from the path. */
    static String table(Path file) {
        return "read_parquet(" + DuckDb.pattern(file) + ", hive_partitioning = false)";
    }

    /** What to select so that no unit of time is lost. */
    String selection() {
        return String.join(", ", columns.stream().map(Column::selection).toList());
    }

    /** DuckDB's schema of {@link #selection()}, with what it dropped put back wherever the buffers are the same. */
    Schema restore(Schema exported) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Field field = exported.getFields().get(i);
            if (columns.get(i).utc()) {
                field = ArrowTypes.inZone(field, "UTC");
            }
            fields.add(
                    declared.equals(NONE)
                            ? field
                            : ArrowTypes.restore(field, declared.getFields().get(i)));
        }
        return new Schema(fields);
    }

    private static List<String> names(List<Column> columns) {
        return columns.stream().map(Column::name).toList();
    }

    private static List<Column> columns(Statement statement, Path file) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (ResultSet elements = statement.executeQuery(
                "SELECT name, coalesce(num_children, 0), type, coalesce(logical_type, '') FROM parquet_schema("
                        + DuckDb.pattern(file) + ")")) {
            elements.next();
            int expected = elements.getInt(2);
            // The elements stand depth first; below a column are its children, which are none of ours.
            for (int i = 0; i < expected; i++) {
                elements.next();
                String logical = elements.getString(4);
                boolean timestamp = logical.startsWith("TimestampType");
                columns.add(new Column(
                        elements.getString(1),
                        timestamp && logical.contains("MILLIS=MilliSeconds"),
                        timestamp && logical.contains("isAdjustedToUTC=1")));
                skip(elements, elements.getInt(2));
            }
        }
        return columns;
    }

    private static void skip(ResultSet elements, int children) throws SQLException {
        for (int i = 0; i < children; i++) {
            elements.next();
            skip(elements, elements.getInt(2));
        }
    }

    private static Schema declared(Statement statement, Path file) throws SQLException, IOException {
        try (ResultSet values = statement.executeQuery("SELECT value FROM parquet_kv_metadata(" + DuckDb.pattern(file)
                + ") WHERE key = " + DuckDb.literal(ARROW_SCHEMA) + "::BLOB")) {
            if (!values.next()) {
                return NONE;
            }
            Blob value = values.getBlob(1);
            byte[] message = Base64.getDecoder().decode(value.getBytes(1, (int) value.length()));
            return MessageSerializer.deserializeSchema(
                    new ReadChannel(Channels.newChannel(new ByteArrayInputStream(message))));
        }
    }
}
