package io.keyledger.edge.server;

import java.io.Serial;

/**
 * How a call over gRPC ended. The numbers are the protocol's.
 * <a href="https://github.com/grpc/grpc/blob/master/doc/statuscodes.md">Status codes</a>.
 */
enum GrpcStatus {
    OK(0),
    INVALID_ARGUMENT(3),
    DEADLINE_EXCEEDED(4),
    NOT_FOUND(5),
    PERMISSION_DENIED(7),
    RESOURCE_EXHAUSTED(8),
    UNIMPLEMENTED(12),
    INTERNAL(13),
    UNAVAILABLE(14),
    UNAUTHENTICATED(16);

    private final int number;

    GrpcStatus(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** A call that ends with anything but its answer. */
    static final class Failure extends Exception {
        @Serial
        private static final long serialVersionUID = 1;

        private final GrpcStatus status;

        /** @param detail in ASCII */
        Failure(GrpcStatus status, String detail) {
            super(detail, null, false, false);
            this.status = status;
        }

        GrpcStatus status() {
            return status;
        }

        String detail() {
            return String.valueOf(getMessage());
        }
    }
}
