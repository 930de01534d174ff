package dev.sluice.dialect.openai;

import dev.sluice.dialect.Inbound.Span;
import dev.sluice.model.RawJson;
import dev.sluice.model.Timings;
import dev.sluice.model.Usage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one streamed chunk, or one whole answer, says, and where in its bytes it says it.
 *
 * @param id the value's place
 * @param created the value's place
 * @param model the value's place
 * @param modelName "" where none
 * @param choicesList the place of the value of {@code choices}
 * @param usagePlace where the member {@code usage} stands, whatever it is
 * @param usageGiven whether {@code usage} is an object
 * @param usage the count, where it makes sense
 * @param timings how long the server says it worked, where it does
 * @param emptyError where a member {@code error} stands that is null
 * @param end the offset of the closing brace
 */
record Chunk(
        Optional<Span> id,
        Optional<Span> created,
        Optional<Span> model,
        String modelName,
        Optional<Span> choicesList,
        List<Choice> choices,
        Optional<Place> usagePlace,
        boolean usageGiven,
        Optional<Usage> usage,
        Optional<Timings> timings,
        Optional<Place> emptyError,
        Optional<ErrorObject> error,
        int end) {

    /** Whether nothing in it is a chunk's, as in a ping: clients that take it for one look for its choices. */
    boolean isForeign() {
        return id.isEmpty()
                && created.isEmpty()
                && model.isEmpty()
                && choicesList.isEmpty()
                && !usageGiven
                && timings.isEmpty()
                && error.isEmpty();
    }

    /**
     * A member's place.
     *
     * @param member what to cut so that the member vanishes
     */
    record Place(Span member, Span value) {}

    /**
     * One choice.
     *
     * @param finish "" where it goes on
     * @param finishValue the place of the value of {@code finish_reason}
     * @param body the place of the {@code delta} or {@code message} object
     * @param role whether the body names the role
     * @param emptyRole the place of a role that is null
     * @param refusalNamed whether the body has a member {@code refusal}
     * @param emptyBody the place of a {@code delta} or {@code message} that is null
     * @param end before the closing brace of the choice
     * @param said the place of the string that is its text or its thought, where it has just one of them
     */
    record Choice(
            int index,
            String text,
            String thought,
            String refusal,
            List<Call> calls,
            String finish,
            Optional<Span> finishValue,
            String matchedStop,
            Optional<RawJson> logprobs,
            Optional<Body> body,
            Optional<Span> emptyBody,
            int end,
            boolean role,
            Optional<Span> emptyRole,
            boolean refusalNamed,
            Optional<Span> said,
            Optional<ErrorObject> error) {}

    /**
     * An object into which members may be put.
     *
     * @param start behind its opening brace
     * @param end before its closing brace
     */
    record Body(int start, int end, boolean empty) {
        /** The text that puts a member in at the start. */
        String first(String member) {
            return empty ? member : member + ",";
        }

        /** The text that puts a member in at the end. */
        String last(String member) {
            return empty ? member : "," + member;
        }
    }

    /** What a member of a tool call is. */
    enum Label {
        ID,
        TYPE,
        NAME,
        OTHER
    }

    /**
     * A member of a tool call or of its function.
     *
     * @param start where its name begins
     * @param isEmpty whether it is no text, or one without characters
     */
    record Member(Label label, int start, Span value, boolean isNull, boolean isEmpty) {}

    /**
     * A part of a tool call.
     *
     * @param indexValue the place of the value of {@code index}
     * @param arguments as text, also where the provider sent an object
     * @param typed whether it has a type, or a null that becomes one
     * @param argumentsObject where the arguments stand, if they are not the text they should be
     */
    record Call(
            OptionalInt index,
            Optional<Span> indexValue,
            Body body,
            List<Member> members,
            String id,
            boolean typed,
            String name,
            Optional<Body> function,
            List<Member> ofFunction,
            boolean argumentsGiven,
            String arguments,
            Optional<Span> argumentsObject) {}
}
