package dev.sluice.store.answers;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The file with the kept answers is not whole, so nobody can tell which calls were made before. */
final class DamagedAnswersException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedAnswersException(Path file, String why) {
        super("the file with the kept answers is damaged (" + why + "); stop the gateway and move " + file
                + " and its -wal away, then keys of before are new");
    }

    static boolean isMeant(SQLException failed) {
        return failed instanceof SQLiteException broken
                && (broken.getResultCode() == SQLiteErrorCode.SQLITE_CORRUPT
                        || broken.getResultCode() == SQLiteErrorCode.SQLITE_CORRUPT_VTAB
                        || broken.getResultCode() == SQLiteErrorCode.SQLITE_NOTADB);
    }
}
