package io.keyledger.edge.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The listening socket of the hot doors, on io_uring where the kernel gives it, else epoll, else NIO. Open from the start of
 * the process: until the view is there, it is answered that it is not.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails closes the connection
final class Doors implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Doors.class);
    private static final int BACKLOG = 1024;
    private static final int LOW_WATER = 32 * 1024;
    static final int HIGH_WATER = 128 * 1024;
    private static final long DRAIN_MILLIS = 2000;

    private final InetSocketAddress address;
    private final Connection.Setup setup;
    private final @Nullable Local local;
    private final AtomicBoolean draining;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private @Nullable EventLoopGroup loops;
    private @Nullable Channel listener;
    private @Nullable Channel localListener;

    /**
     * A second listener, without TLS, for a gateway on this host. It is bound to loopback and to nothing else.
     *
     * @param port 0 = any free one
     * @param router of what is served there
     */
    record Local(int port, Router router) {
        InetSocketAddress address() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        }
    }

    /** One of the kernel's interfaces that Netty can use. */
    private record Transport(
            String name, Supplier<IoHandlerFactory> loop, Class<? extends ServerSocketChannel> channel) {
        static Transport best() {
            if (IoUring.isAvailable()) {
                return new Transport("io_uring", IoUringIoHandler::newFactory, IoUringServerSocketChannel.class);
            }
            if (Epoll.isAvailable()) {
                return new Transport("epoll", EpollIoHandler::newFactory, EpollServerSocketChannel.class);
            }
            return new Transport("NIO", NioIoHandler::newFactory, NioServerSocketChannel.class);
        }
    }

    /** @param setup of its connections, given whether this server is about to stop */
    Doors(InetSocketAddress address, Function<BooleanSupplier, Connection.Setup> setup) {
        this(address, setup, null);
    }

    Doors(InetSocketAddress address, Function<BooleanSupplier, Connection.Setup> setup, @Nullable Local local) {
        this.address = address;
        this.local = local;
        this.draining = new AtomicBoolean();
        this.setup = setup.apply(draining::get);
    }

    @Override
    public void start() {
        Transport transport = Transport.best();
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(Runtime.getRuntime().availableProcessors(), transport.loop.get());
        loops = group;
        try {
            listener = bind(
                    transport, group, address, channel -> channel.pipeline().addLast(new Connection(setup)));
            if (local != null) {
                localListener = bind(transport, group, local.address(), channel -> locally(channel, local.router()));
                LOG.info("door for a gateway on this host open on {}, without TLS", localListener.localAddress());
            }
        } catch (IllegalStateException e) {
            group.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            throw e;
        }
        LOG.info("doors open on {} ({})", listener.localAddress(), transport.name());
    }

    private Channel bind(Transport transport, EventLoopGroup group, InetSocketAddress where, Consumer<Channel> opened) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(transport.channel)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(LOW_WATER, HIGH_WATER))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        opened.accept(channel);
                    }
                });
        try {
            return bootstrap.bind(where).syncUninterruptibly().channel();
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "port %d of %s cannot be listened on: %s"
                            .formatted(where.getPort(), where.getHostString(), e.getMessage()),
                    e);
        }
    }

    /** Who asks there has come over loopback, so it is on this host; whether it is a gateway the trusted addresses say. */
    private void locally(Channel channel, Router router) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress peer)
                || !peer.getAddress().isLoopbackAddress()) {
            channel.close();
            return;
        }
        Caller caller =
                new Caller(peer.getAddress().getHostAddress(), setup.proxies().contains(peer.getAddress()), false);
        Connection.http(channel.pipeline(), router, caller, setup);
    }

    /** The port that is listened on. */
    int port() {
        return port(listener);
    }

    /** That of the local listener. */
    int localPort() {
        return port(localListener);
    }

    private static int port(@Nullable Channel l) {
        if (l == null || !(l.localAddress() instanceof InetSocketAddress local)) {
            throw new IllegalStateException("not started");
        }
        return local.getPort();
    }

    /** How many connections are open. */
    int connections() {
        return connections.size();
    }

    /** Accepts no more connections, answers what has been asked, and closes. */
    @Override
    public void stop() {
        Channel l = listener;
        EventLoopGroup group = loops;
        if (l == null || group == null) {
            return;
        }
        listener = null;
        l.close().syncUninterruptibly();
        Channel other = localListener;
        if (other != null) {
            localListener = null;
            other.close().syncUninterruptibly();
        }
        draining.set(true);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_MILLIS);
        // Each further answer says that it is the last one; who has nothing under way is not waited for long.
        while (!connections.isEmpty() && System.nanoTime() - end < 0) {
            connections.stream().filter(c -> !DoorHandler.isBusy(c)).forEach(c -> c.close());
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }

    @Override
    public boolean isRunning() {
        return listener != null;
    }
}
