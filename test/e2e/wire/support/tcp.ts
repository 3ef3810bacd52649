/** A TCP connection that says what it is told to. */
export interface TcpPeer {
  /** What came so far. */
  text(): string;
  /** Settles when the peer has closed the connection. */
  readonly closed: Promise<void>;
  write(more: string): number;
  end(): void;
}

/** Sends bytes over TCP and reads what comes until the peer closes. */
export async function tcp(port: number, bytes: string): Promise<TcpPeer> {
  const closed = Promise.withResolvers<void>();
  let received = "";
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      data: (_, data) => void (received += data.toString("latin1")),
      close: () => closed.resolve(),
      error: () => closed.resolve(),
    },
  });
  socket.write(bytes);
  return {
    text: () => received,
    closed: closed.promise,
    write: (more) => socket.write(more),
    end: () => socket.terminate(),
  };
}
