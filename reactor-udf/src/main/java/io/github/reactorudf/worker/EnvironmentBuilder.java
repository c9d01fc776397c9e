package io.github.reactorudf.worker;

import io.github.reactorudf.UdfException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes one virtual environment with {@code venv} and {@code pip}, telling the log what it does. */
final class EnvironmentBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(EnvironmentBuilder.class);

    private static final int LINES_TOLD = 15;
    private static final List<String> STEPS = List.of("Collecting ", "Downloading ", "Building ", "Installing ");
    private static final List<String> NO_NETWORK = List.of(
            "name resolution",
            "Name or service not known",
            "Failed to establish a new connection",
            "Network is unreachable",
            "Connection refused",
            "timed out");

    private final Interpreter base;
    private final Path environment;
    private final Requirements requirements;
    private final Commands commands;

    EnvironmentBuilder(Interpreter base, Path environment, Requirements requirements, Commands commands) {
        this.base = base;
        this.environment = environment;
        this.requirements = requirements;
        this.commands = commands;
    }

    /** Builds it, in place of what is there. The lock is the caller's to hold. */
    void build() throws IOException {
        Directories.delete(environment);
        LOG.info("Making a Python {} environment for {} in {}", base.version(), requirements, environment);
        try {
            createVirtualenv();
            install();
        } catch (IOException | RuntimeException e) {
            Directories.delete(environment);
            throw e;
        }
        LOG.info("The Python environment is ready");
    }

    private void createVirtualenv() throws IOException {
        Commands.Result result = run(List.of(base.executable().toString(), "-I", "-m", "venv", environment.toString()));
        if (!result.failed()) {
            return;
        }
        if (result.says("ensurepip") || result.says("No module named venv")) {
            throw new UdfException(
                    base.executable() + " can't make virtual environments: its package venv is missing. Install it "
                            + "(Debian, Ubuntu: apt install python3-venv), or name an environment that you made: "
                            + "PythonEnvironment.virtualenv(directory).");
        }
        throw new UdfException(base.executable() + " can't make a virtual environment in " + environment + ":\n"
                + result.tail(LINES_TOLD));
    }

    private void install() throws IOException {
        Commands.Result result = run(requirements.appendTo(List.of(
                environment.resolve("bin/python").toString(),
                "-I",
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-input",
                "--progress-bar=off")));
        if (result.failed()) {
            throw new UdfException("pip can't install " + requirements + " for Python " + base.version() + ". "
                    + hint(result) + "\n" + result.tail(LINES_TOLD));
        }
    }

    private static String hint(Commands.Result result) {
        if (NO_NETWORK.stream().anyMatch(result::says)) {
            return "The package index can't be reached: is there a network, and a proxy to be set?";
        }
        if (result.says("No matching distribution found")) {
            return "There is no such package, or no version of it for this Python.";
        }
        return "It says:";
    }

    private Commands.Result run(List<String> command) throws IOException {
        return commands.run(requirements.workingDirectory(), command, EnvironmentBuilder::log);
    }

    private static void log(String line) {
        String stripped = line.strip();
        if (STEPS.stream().anyMatch(stripped::startsWith)) {
            LOG.info("{}", stripped);
        } else {
            LOG.debug("{}", line);
        }
    }
}
