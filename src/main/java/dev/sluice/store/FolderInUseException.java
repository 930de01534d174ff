package dev.sluice.store;

import java.io.IOException;

/** Another gateway has the data folder. */
public final class FolderInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    FolderInUseException(String message) {
        super(message);
    }
}
