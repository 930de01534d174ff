package dev.sluice.store.balance;

import dev.sluice.model.Money;
import dev.sluice.store.DataFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Balances in the order in which they were read: a CSV file of the data folder that only grows. For one thread. */
public final class BalanceFile {
    private static final String FILE = "balances.csv";

    private final Path file;

    public BalanceFile(Path folder) {
        this.file = folder.resolve(FILE);
    }

    /** What was left at a moment; may be negative. */
    public record Balance(Instant at, String provider, Money left) {}

    /**
     * The balances of one provider, the oldest first.
     *
     * @throws IOException with the place where a line is damaged
     */
    public List<Balance> of(String provider) throws IOException {
        List<Balance> found = new ArrayList<>();
        if (!Files.exists(file)) {
            return found;
        }
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            Balance balance = read(lines.get(i), i + 1);
            if (balance.provider().equals(provider)) {
                found.add(balance);
            }
        }
        return found;
    }

    private Balance read(String line, int number) throws IOException {
        String[] fields = line.split(",", -1);
        try {
            Optional<Money> left = fields.length == 3 ? Money.parse(fields[2]) : Optional.empty();
            if (left.isPresent()) {
                return new Balance(Instant.parse(fields[0]), fields[1], left.get());
            }
        } catch (DateTimeException wrong) {
            throw new IOException(file + ":" + number + ": " + wrong.getMessage(), wrong);
        }
        throw new IOException(file + ":" + number + ": not a moment, a provider and an amount");
    }

    /** Appends it, and makes the file where there is none; durable on return. For one process and thread at a time. */
    public void add(Balance balance) throws IOException {
        DataFolder.makeFile(file);
        String line = balance.at() + "," + balance.provider() + "," + balance.left() + "\n";
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.APPEND)) {
            ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
    }
}
