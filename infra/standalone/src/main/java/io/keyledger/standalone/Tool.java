package io.keyledger.standalone;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Runs a program that ends by itself, as the program's account, with its errors in the program's log. What it says on
 * standard output is dropped: Kafka's format prints what it derived from the administrator's password.
 */
final class Tool {
    private Tool() {}

    static void run(Program program, List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(program.account().command(command));
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(List.of("PATH"));
        environment.put("LC_ALL", "C");
        builder.directory(program.workingDirectory().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.appendTo(program.log().toFile()));
        int code = builder.start().waitFor();
        if (code != 0) {
            throw new StartFailure("%s ended with code %d; log: %s%s"
                    .formatted(
                            command.getFirst(),
                            code,
                            program.log(),
                            ManagedProcess.tail(program.log(), 5).stream()
                                    .map(line -> "\n    " + line)
                                    .reduce("", String::concat)));
        }
    }
}
