package dev.sluice.store.answers;

import dev.sluice.pipeline.client.ReplyHead;
import dev.sluice.pipeline.client.ReplyHead.Header;
import dev.sluice.pipeline.repeat.KeptAnswers.Once;
import dev.sluice.pipeline.repeat.RecordedReply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is kept of one call.
 *
 * @param life of the program that began it
 * @param atMillis when it began, or ended where there is an answer, by the wall clock
 * @param head of its answer, packed; empty where there is none
 * @param body of its answer; empty where there is none
 */
record Row(Once call, String life, long atMillis, byte[] head, byte[] body) {
    private static final byte[] NOTHING = {};

    /** Besides its head and body: digests, names and its place in two trees. */
    private static final int OVERHEAD = 512;

    static Row begun(Once call, String life, long atMillis) {
        return new Row(call, life, atMillis, NOTHING, NOTHING);
    }

    Row answered(RecordedReply reply) {
        RecordedReply bare = reply.bare();
        return new Row(call, life, atMillis, pack(bare), bare.body());
    }

    long weight() {
        return OVERHEAD + head.length + (long) body.length;
    }

    /** Over everything else, so that no turned bit goes unnoticed. */
    byte[] digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String text : List.of(call.id(), call.fingerprint(), call.requestId(), life)) {
                add(digest, text.getBytes(StandardCharsets.UTF_8));
            }
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(atMillis).flip());
            add(digest, head);
            add(digest, body);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void add(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
        digest.update(part);
    }

    private static byte[] pack(RecordedReply reply) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeShort(reply.head().status());
            out.writeBoolean(reply.streamed());
            out.writeUTF(reply.head().contentType());
            out.writeShort(reply.head().headers().size());
            for (Header header : reply.head().headers()) {
                out.writeUTF(header.name());
                out.writeUTF(header.value());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a header is too long", e);
        }
        return bytes.toByteArray();
    }

    /** Empty where the call has begun only. */
    Optional<RecordedReply> reply() {
        if (head.length == 0) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(head))) {
            int status = in.readUnsignedShort();
            boolean streamed = in.readBoolean();
            String contentType = in.readUTF();
            List<Header> headers = new ArrayList<>();
            for (int left = in.readUnsignedShort(); left > 0; left--) {
                headers.add(new Header(in.readUTF(), in.readUTF()));
            }
            return Optional.of(new RecordedReply(new ReplyHead(status, contentType, headers), streamed, body));
        } catch (IOException e) {
            throw new UncheckedIOException("its digest is right and its head is not", e);
        }
    }
}
