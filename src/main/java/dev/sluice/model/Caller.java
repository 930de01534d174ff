package dev.sluice.model;

/**
 * Who asks, and on whose account. It comes from the client's key alone, never from what a request says about itself;
 * only job, run and agent may also be named by the request, and the user where the key allows it. "" where there is none.
 *
 * @param name the key's name, or {@code local} where no keys are set up
 * @param tenant the customer or organisation that the key belongs to
 * @param team a part of the tenant
 * @param user the person behind the call
 * @param tier the name of the rules that hold for the key
 * @param agent the program's part that asks, such as {@code signal_validator}
 * @param job the job the call is booked on
 * @param run the run of that job
 */
public record Caller(
        String name, String tenant, String team, String user, String tier, String agent, String job, String run) {

    /** Somebody of whom only the key, and perhaps the job, is known. */
    public static Caller of(String name, String job, String run) {
        return new Caller(name, "", "", "", "", "", job, run);
    }

    /** The same on whose account, whichever run it is of. */
    public Caller withoutRun() {
        return run.isEmpty() ? this : new Caller(name, tenant, team, user, tier, agent, job, "");
    }
}
