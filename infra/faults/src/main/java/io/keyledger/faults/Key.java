package io.keyledger.faults;

/**
 * One credential of one key.
 *
 * @param secret as it is presented; never written down
 * @param expires whether its time ends by itself
 */
record Key(String keyId, String credential, String secret, boolean expires) {
    /** Without the secret. */
    @Override
    public String toString() {
        return keyId + "/" + credential;
    }
}
