/** Headers of a request by their names in lower case. */
export type Head = Readonly<Record<string, string>>;

/** A reverse proxy of a kind: what it makes of the headers that its client sent. */
export type Rewrite = (head: Head) => Head;

/** A proxy that listens, until it is disposed of. */
export interface ReverseProxy extends Disposable {
  readonly port: number;
}

const END_OF_HEAD = "\r\n\r\n";

/** Starts a reverse proxy before a port of this machine: it rewrites the head of each connection's request and passes on the rest. */
export function reverseProxy(target: number, rewrite: Rewrite): ReverseProxy {
  const proxy = Bun.listen<Passage>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open: (socket) =>
        void (socket.data = new Passage(
          (bytes) => socket.write(bytes),
          () => socket.end(),
        )),
      data: (socket, bytes) => void socket.data.take(bytes, target, rewrite),
      close: ({ data }) => data.end(),
    },
  });
  return { port: proxy.port, [Symbol.dispose]: () => proxy.stop(true) };
}

/** One connection on its way through. */
class Passage {
  #head = "";
  #rest: Promise<Bun.Socket> | undefined;

  constructor(
    private readonly back: (bytes: Uint8Array) => unknown,
    private readonly over: () => void,
  ) {}

  async take(bytes: Uint8Array, port: number, rewrite: Rewrite): Promise<void> {
    if (this.#rest) {
      // In the order in which they came: each waits for the same promise.
      (await this.#rest).write(bytes);
      return;
    }
    this.#head += Buffer.from(bytes).toString("latin1");
    const end = this.#head.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const [start = "", ...lines] = this.#head.slice(0, end).split("\r\n");
    const head = Object.fromEntries(
      lines.map((line) => {
        const [name = "", ...value] = line.split(":");
        return [name.toLowerCase(), value.join(":").trim()];
      }),
    );
    // One request a connection: a second one on it would not be rewritten.
    const rewritten = rewrite(head);
    const connection = head["upgrade"] === undefined ? "close" : "Upgrade";
    const sent = Object.entries({ ...rewritten, connection }).map(([name, value]) => `${name}: ${value}`);
    let answered = "";
    this.#rest = Bun.connect({
      hostname: "127.0.0.1",
      port,
      socket: {
        data: (_, answer) => {
          this.back(answer);
          answered ||= Buffer.from(answer).toString("latin1");
          if (connection === "Upgrade" && !answered.startsWith("HTTP/1.1 101")) this.over();
        },
        close: () => this.over(),
      },
    });
    const body = this.#head.slice(end + END_OF_HEAD.length);
    (await this.#rest).write(Buffer.from(`${[start, ...sent].join("\r\n")}${END_OF_HEAD}${body}`, "latin1"));
  }

  end(): void {
    void this.#rest?.then((socket) => socket.end());
  }
}
