package dev.sluice.job;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a job's input before it is asked about.
 *
 * @param fingerprint changes with anything that would change a call: a run is only resumed on the same
 * @param bad the first bad rows, at most {@value #MOST_BAD}
 */
public record Survey(int rows, int badRows, List<Row.Bad> bad, Optional<Row.Good> first, String fingerprint) {
    private static final int MOST_BAD = 20;

    public Survey {
        bad = List.copyOf(bad);
    }

    /** Reads the whole input once. */
    public static Survey of(Job job) throws IOException {
        int rows = 0;
        int badRows = 0;
        List<Row.Bad> bad = new ArrayList<>();
        Optional<Row.Good> first = Optional.empty();
        try (Rows source = Rows.open(job)) {
            for (Optional<Row> row = source.next(); row.isPresent(); row = source.next()) {
                rows++;
                if (row.get() instanceof Row.Good good) {
                    first = first.or(() -> Optional.of(good));
                } else if (row.get() instanceof Row.Bad wrong) {
                    badRows++;
                    if (bad.size() < MOST_BAD) {
                        bad.add(wrong);
                    }
                }
            }
        }
        return new Survey(rows, badRows, bad, first, fingerprint(job));
    }

    private static String fingerprint(Job job) throws IOException {
        MessageDigest digest = sha256();
        String how = job.model() + "\n" + job.maxOutputTokens() + "\n";
        digest.update(how.getBytes(StandardCharsets.UTF_8));
        if (job.input() instanceof Job.Input.Csv csv) {
            String templates = csv.system().text() + "\n" + csv.text().text() + "\n";
            digest.update(templates.getBytes(StandardCharsets.UTF_8));
        }
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(job.input().path())) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
