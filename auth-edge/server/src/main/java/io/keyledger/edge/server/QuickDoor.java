package io.keyledger.edge.server;

import io.keyledger.edge.core.Decision;
import io.keyledger.verifier.Credential;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the decoder of HTTP and answers what gateways ask all day, from its bytes: a {@link PlainHead} for the first
 * door. Everything else goes on, untouched, to the decoder and to {@link DoorHandler}, which decide what it is; what is
 * answered here they would have answered the same.
 */
final class QuickDoor extends ChannelInboundHandlerAdapter {
    private static final FastThreadLocal<PlainHead> HEAD = new FastThreadLocal<>() {
        @Override
        protected PlainHead initialValue() {
            return new PlainHead();
        }
    };

    private final StrictDecoder decoder;
    private final DoorHandler door;
    private final @Nullable AuthorizeDoor authorize;

    /** @param authorize null when the caller is no gateway: then all goes on */
    QuickDoor(StrictDecoder decoder, DoorHandler door, @Nullable AuthorizeDoor authorize) {
        this.decoder = decoder;
        this.door = door;
        this.authorize = authorize;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (authorize != null && message instanceof ByteBuf bytes && decoder.isBetween() && door.isFree()) {
            answerPlain(context, bytes, authorize);
            if (!bytes.isReadable()) {
                bytes.release();
                return;
            }
        }
        door.bytesArrived();
        context.fireChannelRead(message);
    }

    /** Answers the plain requests at the beginning of the bytes, and skips them. */
    private void answerPlain(ChannelHandlerContext context, ByteBuf bytes, AuthorizeDoor authorize) {
        PlainHead head = HEAD.get();
        while (bytes.isReadable() && door.isFree()) {
            int there = Math.min(bytes.readableBytes(), PlainHead.MAX_BYTES);
            bytes.getBytes(bytes.readerIndex(), head.bytes(), 0, there);
            try {
                int length = head.read(there);
                if (length < 0 || !answer(context, head, authorize)) {
                    return;
                }
                bytes.skipBytes(length);
            } finally {
                head.wipe(there);
            }
        }
    }

    /** Whether there was an answer; a gateway that contradicts itself gets it elsewhere. */
    private boolean answer(ChannelHandlerContext context, PlainHead head, AuthorizeDoor authorize) {
        String requestId = RequestIds.of(head.requestId());
        try {
            Decision decision = authorize.decision(head, door.caller(), requestId);
            Credential credential = decision.verdict().credential();
            if (door.mustWait()) {
                door.answeredLater(AuthorizeDoor.answer(decision, requestId), requestId);
            } else if (decision.accepted() && decision.limit() == null && credential != null) {
                door.answered(PassedAnswer.bytes(credential, context.alloc()));
            } else {
                door.answered(AuthorizeDoor.answer(decision, requestId));
            }
        } catch (ForwardedRequest.Conflict e) {
            return false;
        } catch (RuntimeException e) {
            door.answered(DoorHandler.failed(requestId, e));
        }
        return true;
    }
}
