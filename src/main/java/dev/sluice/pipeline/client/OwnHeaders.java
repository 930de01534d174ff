package dev.sluice.pipeline.client;

/** The names of the headers that are this gateway's own, in small letters. docs/headers.md says what each means. */
public final class OwnHeaders {
    // What a client may say of its call; StrictHttp refuses each where it comes twice.

    public static final String AGENT = "x-sluice-agent";
    public static final String BLANK_LINES = "x-sluice-blank-lines";
    public static final String JOB = "x-sluice-job";
    public static final String MAX_COST = "x-sluice-max-cost";
    public static final String RUN = "x-sluice-run";
    public static final String TIMEOUT = "x-sluice-timeout";
    public static final String USER = "x-sluice-user";

    // What it is told of it.

    public static final String BOUND = "x-sluice-bound";
    public static final String BUDGET = "x-sluice-budget";
    public static final String COST = "x-sluice-cost";
    public static final String DROPPED = "x-sluice-dropped";
    public static final String IN_DOUBT = "x-sluice-in-doubt";
    public static final String MODEL = "x-sluice-model";
    public static final String PROVIDER = "x-sluice-provider";
    public static final String REPLAYED = "x-sluice-replayed";

    private OwnHeaders() {}
}
