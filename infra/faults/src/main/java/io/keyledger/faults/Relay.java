package io.keyledger.faults;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Passes TCP between one edge and the broker, and holds either direction up, where no network namespace can be made. What was
 * held up arrives when it is let go, as what TCP sends again does after a partition; but connections are accepted, and an end
 * of one side is told to the other only in order. Loopback only.
 */
final class Relay implements Link {
    private static final int BUFFER = 64 << 10;

    private final ServerSocket listening;
    private final int broker;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean heldToBroker;
    private boolean heldFromBroker;
    private volatile boolean closed;

    /** @param broker the port that it passes on to */
    Relay(int broker) throws IOException {
        this.broker = broker;
        this.listening = new ServerSocket();
        listening.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        Thread.ofVirtual().name("relay").start(this::accept);
    }

    /** Where it listens. */
    int port() {
        return listening.getLocalPort();
    }

    @Override
    public void cut(boolean toBroker, boolean fromBroker) {
        lock.lock();
        try {
            heldToBroker = toBroker;
            heldFromBroker = fromBroker;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        try {
            while (!closed) {
                Socket edge = listening.accept();
                open.add(edge);
                Thread.ofVirtual().name("relay").start(() -> join(edge));
            }
        } catch (IOException e) {
            // Closed: nobody is let in any more.
            cut(false, false);
        }
    }

    private void join(Socket edge) {
        try (edge;
                Socket toBroker = new Socket(InetAddress.ofLiteral("127.0.0.1"), broker)) {
            open.add(toBroker);
            Thread back = Thread.ofVirtual().name("relay").start(() -> pass(toBroker, edge, false));
            pass(edge, toBroker, true);
            back.join();
            open.remove(toBroker);
        } catch (IOException e) {
            // The broker is away: the edge sees its connection end.
            open.remove(edge);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(edge);
        }
    }

    private void pass(Socket from, Socket to, boolean toBroker) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                awaitLetGo(toBroker);
                out.write(buffer, 0, read);
            }
            awaitLetGo(toBroker);
            to.shutdownOutput();
        } catch (IOException e) {
            closeBoth(from, to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closeBoth(from, to);
        }
    }

    private void awaitLetGo(boolean toBroker) throws InterruptedException {
        lock.lock();
        try {
            while (!closed && (toBroker ? heldToBroker : heldFromBroker)) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void closeBoth(Socket one, Socket other) {
        close(one);
        close(other);
    }

    private static boolean close(Closeable what) {
        try {
            what.close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        cut(false, false);
        close(listening);
        open.forEach(Relay::close);
    }
}
