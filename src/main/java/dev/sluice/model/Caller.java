package dev.sluice.model;

/**
 * Who asks, and on whose account. It comes from the client's key alone, never from what a request says about itself;
 * only job and run may also be named by the request.
 *
 * @param name the key's name in the settings, or {@code local} where no keys are set up
 * @param job the job the call is booked on; "" where none
 * @param run the run of that job; "" where none
 */
public record Caller(String name, String job, String run) {}
