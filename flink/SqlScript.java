import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;

/**
 * Runs one script of Flink SQL: as the main class of a job on a cluster, or in a JVM of its own.
 *
 * <p>Arguments: {@code --await} waits for what is started; {@code --parse} runs what declares and only parses what would
 * start something, so that no connector has to be there; then the script, a file or its text in Base64. Settings come
 * before the first other statement; {@code execution.runtime-mode} has to be known before there is an environment.
 */
public final class SqlScript {
    public static void main(String[] arguments) throws Exception {
        boolean awaits = false;
        boolean parses = false;
        String script = null;
        for (String argument : arguments) {
            switch (argument) {
                case "--await": awaits = true; break;
                case "--parse": parses = true; break;
                default: script = read(argument);
            }
        }
        Map<String, String> settings = new LinkedHashMap<>();
        List<String> statements = new ArrayList<>();
        for (String statement : split(script)) {
            if (statement.matches("(?is)SET\\s+'.*")) {
                String[] parts = statement.split("'");
                settings.put(parts[1], parts[3]);
            } else {
                statements.add(statement);
            }
        }
        TableEnvironment environment = TableEnvironment.create(
            EnvironmentSettings.newInstance().withConfiguration(Configuration.fromMap(settings)).build());
        settings.forEach((key, value) -> environment.getConfig().set(key, value));
        for (String statement : statements) {
            boolean starts = statement.matches("(?is)(EXECUTE|INSERT|SELECT|WITH|BEGIN)\\b.*");
            if (parses && starts) {
                parse(environment, statement);
                continue;
            }
            TableResult result = environment.executeSql(statement);
            if (starts && awaits) {
                result.await();
            }
        }
    }

    /** A statement that is right but for a connector that is not here is right. */
    private static void parse(TableEnvironment environment, String statement) throws Exception {
        try {
            environment.explainSql(statement);
        } catch (Exception error) {
            for (Throwable cause = error; cause != null; cause = cause.getCause()) {
                if (String.valueOf(cause.getMessage()).startsWith("Could not find any factory for identifier")) {
                    return;
                }
            }
            throw error;
        }
    }

    private static String read(String argument) throws Exception {
        Path path = Path.of(argument.length() < 1000 ? argument : "");
        if (!path.toString().isEmpty() && Files.isRegularFile(path)) {
            return Files.readString(path);
        }
        return new String(Base64.getDecoder().decode(argument), StandardCharsets.UTF_8);
    }

    /** The statements without comments; a set of statements is one. */
    static List<String> split(String script) {
        List<String> found = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        char quote = 0;
        for (int place = 0; place < script.length(); place++) {
            char character = script.charAt(place);
            if (quote == 0 && script.startsWith("--", place)) {
                while (place < script.length() && script.charAt(place) != '\n') {
                    place++;
                }
                statement.append('\n');
                continue;
            }
            if (quote == 0 && (character == '\'' || character == '`')) {
                quote = character;
            } else if (character == quote) {
                quote = 0;
            }
            statement.append(character);
            if (quote == 0 && character == ';' && isWhole(statement.toString())) {
                add(found, statement);
            }
        }
        add(found, statement);
        return found;
    }

    private static boolean isWhole(String statement) {
        String text = statement.strip().toUpperCase();
        return !text.matches("(?s)(EXECUTE|BEGIN)\\s+STATEMENT\\s+SET\\b.*") || text.matches("(?s).*\\bEND\\s*;");
    }

    private static void add(List<String> found, StringBuilder statement) {
        String text = statement.toString().strip();
        text = text.endsWith(";") ? text.substring(0, text.length() - 1).strip() : text;
        if (!text.isEmpty()) {
            // A set keeps the semicolon of its last statement; only the one behind END goes.
            found.add(text);
        }
        statement.setLength(0);
    }

    private SqlScript() {
    }
}
