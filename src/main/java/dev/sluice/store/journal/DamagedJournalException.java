package dev.sluice.store.journal;

import java.io.IOException;

/** A record that had been safe on disk cannot be read any more. The message names file, place and records. */
public final class DamagedJournalException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedJournalException(String message) {
        super(message);
    }
}
