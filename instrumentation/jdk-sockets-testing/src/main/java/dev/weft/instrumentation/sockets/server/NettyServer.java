package dev.weft.instrumentation.sockets.server;

import dev.weft.instrumentation.sockets.Content;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Netty, with epoll where it is to be had, as its users do, and files sent by the kernel. */
public final class NettyServer implements Server {

  private static final int LARGEST = 100 << 20;

  @Override
  public void start(int port, Path folder) throws Exception {
    Path file = Content.file(folder);
    EventLoopGroup loops =
        Epoll.isAvailable() ? new EpollEventLoopGroup(2) : new NioEventLoopGroup(2);
    new ServerBootstrap()
        .group(loops)
        .channel(
            Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new HttpServerCodec(),
                        new HttpObjectAggregator(LARGEST),
                        new Contents(file));
              }
            })
        .bind("127.0.0.1", port)
        .sync();
  }

  private static final class Contents extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final Path file;

    Contents(Path file) {
      this.file = file;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request)
        throws IOException {
      URI uri = URI.create(request.uri());
      ChannelFuture sent =
          uri.getPath().equals("/file") ? file(context) : body(context, request, uri);
      if ("close".equalsIgnoreCase(request.headers().get("connection"))) {
        sent.addListener(ChannelFutureListener.CLOSE);
      }
    }

    private ChannelFuture file(ChannelHandlerContext context) throws IOException {
      HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
      head.headers().set("content-length", Files.size(file));
      context.write(head);
      context.write(new DefaultFileRegion(file.toFile(), 0, Files.size(file)));
      return context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private ChannelFuture body(ChannelHandlerContext context, FullHttpRequest request, URI uri)
        throws IOException {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      Content.serve(
          uri.getPath(), uri.getQuery(), new ByteBufInputStream(request.content()), body, file);
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              HttpResponseStatus.OK,
              Unpooled.wrappedBuffer(body.toByteArray()));
      response.headers().set("content-length", body.size());
      return context.writeAndFlush(response);
    }
  }
}
