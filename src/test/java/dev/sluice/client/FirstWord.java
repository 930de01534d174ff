package dev.sluice.client;

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.concurrent.CompletableFuture;

/** What LangChain4j told its user of a stream first: a whole answer, or an error. */
final class FirstWord implements StreamingChatResponseHandler {
    private final CompletableFuture<ChatResponse> heard = new CompletableFuture<>();

    CompletableFuture<ChatResponse> heard() {
        return heard;
    }

    @Override
    public void onPartialResponse(String partialResponse) {}

    @Override
    public void onCompleteResponse(ChatResponse completeResponse) {
        heard.complete(completeResponse);
    }

    @Override
    public void onError(Throwable error) {
        heard.completeExceptionally(error);
    }
}
