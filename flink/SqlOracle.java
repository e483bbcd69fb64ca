import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/**
 * Runs scripts of Flink SQL in one JVM, streaming, at parallelism 1, and keeps the rows of each script's last query.
 *
 * <p>Arguments: the folder of the inputs, the folder for the rows, then the scripts. A script is statements that end with
 * semicolons; {@code SET 'key' = 'value'} goes to the configuration, and the path of a table is taken from the folder of
 * the inputs. The rows go to NAME.rows: a line with the columns and their types, then a line for each change: its kind
 * and its values as JSON.
 */
public final class SqlOracle {
    private static final DateTimeFormatter WALL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");

    public static void main(String[] arguments) throws Exception {
        Path inputs = Path.of(arguments[0]).toAbsolutePath();
        Path rows = Path.of(arguments[1]);
        Files.createDirectories(rows);
        for (int index = 2; index < arguments.length; index++) {
            Path script = Path.of(arguments[index]);
            String name = script.getFileName().toString().replaceAll("\\.sql$", "");
            String result;
            long start = System.nanoTime();
            try {
                result = run(Files.readString(script).replace("'path' = '", "'path' = '" + inputs + "/"));
            } catch (Throwable error) {
                Throwable cause = error;
                while (cause.getCause() != null && cause.getCause() != cause) {
                    cause = cause.getCause();
                }
                String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
                result = "{\"error\":" + quoted(cause.getClass().getSimpleName() + ": " + message) + "}\n";
            }
            Files.writeString(rows.resolve(name + ".rows"), result);
            System.out.printf("%s: %d lines, %d ms%n", name, result.lines().count(), (System.nanoTime() - start) / 1_000_000);
        }
    }

    private static String run(String script) throws Exception {
        TableEnvironment environment = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        environment.getConfig().set("parallelism.default", "1");
        environment.getConfig().set("table.local-time-zone", "UTC");
        environment.getConfig().set("table.optimizer.agg-phase-strategy", "ONE_PHASE");
        TableResult last = null;
        for (String statement : statements(script)) {
            if (statement.matches("(?is)SET\\s+'.*")) {
                String[] parts = statement.split("'");
                environment.getConfig().set(parts[1], parts[3]);
            } else {
                last = environment.executeSql(statement);
            }
        }
        StringBuilder text = new StringBuilder("{\"columns\":[");
        String separator = "";
        for (var column : last.getResolvedSchema().getColumns()) {
            String type = column.getDataType().getLogicalType().copy(true).asSummaryString();
            text.append(separator).append('[').append(quoted(column.getName())).append(',').append(quoted(type)).append(']');
            separator = ",";
        }
        text.append("]}\n");
        try (CloseableIterator<Row> found = last.collect()) {
            while (found.hasNext()) {
                Row row = found.next();
                text.append('[').append(quoted(row.getKind().shortString()));
                for (int index = 0; index < row.getArity(); index++) {
                    text.append(',').append(json(row.getField(index)));
                }
                text.append("]\n");
            }
        }
        return text.toString();
    }

    private static List<String> statements(String script) {
        List<String> found = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        boolean quoted = false;
        for (String line : script.split("\n")) {
            if (!quoted && line.stripLeading().startsWith("--")) {
                continue;
            }
            for (char character : (line + "\n").toCharArray()) {
                if (character == '\'') {
                    quoted = !quoted;
                }
                if (character == ';' && !quoted) {
                    found.add(statement.toString().strip());
                    statement.setLength(0);
                } else {
                    statement.append(character);
                }
            }
        }
        if (!statement.toString().isBlank()) {
            found.add(statement.toString().strip());
        }
        return found;
    }

    private static String json(Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            return Double.isFinite(number) ? value.toString() : quoted(value.toString());
        }
        if (value instanceof BigDecimal) {
            return quoted(((BigDecimal) value).toPlainString());
        }
        if (value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        if (value instanceof LocalDateTime) {
            return quoted(((LocalDateTime) value).format(WALL));
        }
        if (value instanceof Instant) {
            return quoted(LocalDateTime.ofInstant((Instant) value, ZoneOffset.UTC).format(WALL) + "Z");
        }
        if (value instanceof LocalDate || value instanceof LocalTime || value instanceof String) {
            return quoted(value.toString());
        }
        if (value instanceof Object[]) {
            StringBuilder text = new StringBuilder("[");
            for (Object element : (Object[]) value) {
                text.append(text.length() == 1 ? "" : ",").append(json(element));
            }
            return text.append(']').toString();
        }
        if (value instanceof Map) {
            return quoted(value.toString());
        }
        return quoted(value.toString());
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char character : text.toCharArray()) {
            if (character == '"' || character == '\\') {
                out.append('\\').append(character);
            } else if (character < ' ') {
                out.append(String.format("\\u%04x", (int) character));
            } else {
                out.append(character);
            }
        }
        return out.append('"').toString();
    }

    private SqlOracle() {
    }
}
