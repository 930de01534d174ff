package dev.sluice.billing;

import dev.sluice.config.Secret;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * How usage is told to Stripe. Off where there is no key.
 *
 * @param url of the API
 * @param key a secret or restricted key with the right to write meter events
 * @param event the meter's event name
 * @param customers Stripe's customer by our tenant; other tenants are left out and named
 * @param unit what is counted
 */
public record BillingConfig(URI url, Optional<Secret> key, String event, Map<String, String> customers, Unit unit) {
    public static final URI STRIPE = URI.create("https://api.stripe.com");
    public static final BillingConfig OFF =
            new BillingConfig(STRIPE, Optional.empty(), "sluice_usage", Map.of(), Unit.MICRODOLLARS);

    /** What a meter counts; always a whole number. */
    public enum Unit {
        /** Settled cost in millionths of a US dollar, rounded up for each attempt. */
        MICRODOLLARS,
        /** Input and output tokens. */
        TOKENS,
        /** Attempts that were answered. */
        CALLS
    }

    public BillingConfig {
        customers = Map.copyOf(customers);
        boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
        if (!web || url.getHost() == null || url.getUserInfo() != null) {
            throw new IllegalArgumentException("the url must be an http or https address with a host");
        }
        if (!event.matches("[\\w.-]{1,100}")) {
            throw new IllegalArgumentException("the event must be 1 to 100 letters, digits or any of _.-");
        }
        customers.forEach((tenant, customer) -> {
            if (!customer.matches("cus_\\w{1,100}")) {
                throw new IllegalArgumentException("the customer of '" + tenant + "' must look like cus_ABC123");
            }
        });
    }
}
