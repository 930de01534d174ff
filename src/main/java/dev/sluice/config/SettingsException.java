package dev.sluice.config;

/** A mistake in the settings, told with file, line and path, and what to write instead. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SettingsException(String message) {
        super(message, null, false, false);
    }

    /** @param path such as {@code providers.deepseek.kye}; "" for the whole file */
    public SettingsException(String file, int line, String path, String message) {
        this(file + ":" + line + ": " + (path.isEmpty() ? "" : path + ": ") + message);
    }
}
