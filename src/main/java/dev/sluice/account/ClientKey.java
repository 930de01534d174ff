package dev.sluice.account;

/**
 * A key that clients may use.
 *
 * @param name how logs and reports call it
 * @param hash the SHA-256 of the key in lower-case hex; the key itself is never kept
 * @param job the job its calls are booked on where they name none; "" for none
 * @param admin whether it may also look at and change the gateway
 */
public record ClientKey(String name, String hash, String job, boolean admin) {
    public ClientKey {
        if (!hash.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("key " + name + ": the hash must be 64 characters of lower-case hex");
        }
    }
}
