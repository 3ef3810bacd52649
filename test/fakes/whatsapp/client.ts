import makeWASocket, {
  type AuthenticationCreds,
  type AuthenticationState,
  type ConnectionState,
  initAuthCreds,
  WA_CERT_DETAILS,
  type WAMessage,
  type WASocket,
  type UserFacingSocketConfig,
} from "@whiskeysockets/baileys";
import { within } from "../../support/wait.ts";
import type { FakeWhatsapp } from "./server.ts";
import { memoryKeys, quiet } from "./signal/index.ts";

/** Where a client connects to, and whom it believes. */
interface Place {
  readonly url: string;
  /** In hexadecimal. */
  readonly rootKey: string;
}

/** A plain Baileys client with its state in memory, for tests of the fake. */
export class PlainClient implements AsyncDisposable {
  readonly auth: AuthenticationState;
  /** What it heard, in order; `notify` came while it was there, `append` while it was away. */
  readonly heard: { readonly message: WAMessage; readonly type: "notify" | "append" }[] = [];
  readonly updates: Partial<ConnectionState>[] = [];
  readonly #waiting = new Set<() => void>();
  #socket: WASocket | undefined;

  constructor(
    readonly place: Place,
    readonly config: Partial<UserFacingSocketConfig> = {},
    creds: AuthenticationCreds = initAuthCreds(),
  ) {
    this.auth = { creds, keys: memoryKeys() };
  }

  /** Links a new client to the first phone, and waits until it has all that a new device is told. */
  static async linked(
    fake: FakeWhatsapp,
    config: Partial<UserFacingSocketConfig> = {},
  ): Promise<PlainClient> {
    const client = new PlainClient(fake, config);
    client.connect();
    await fake.home.scan(await client.qr());
    await client.closed();
    client.connect();
    await client.open();
    const { companion } = fake.home;
    await fake.journal.when("the first synchronisation", () => companion.hasSynced);
    await fake.journal.when("it to be confirmed", () => companion.outbox.pending.length === 0);
    client.heard.length = 0;
    return client;
  }

  get socket(): WASocket {
    if (!this.#socket) throw new Error("the client is not connected");
    return this.#socket;
  }

  /** Opens a connection; an earlier one is forgotten, and what it still says is not heard. */
  connect(config: Partial<UserFacingSocketConfig> = {}): WASocket {
    WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(this.place.rootKey, "hex");
    this.updates.length = 0;
    const socket = makeWASocket({
      logger: quiet,
      waWebSocketUrl: this.place.url,
      auth: this.auth,
      getMessage: async () => undefined,
      ...this.config,
      ...config,
    });
    socket.ev.on("creds.update", (update) => void Object.assign(this.auth.creds, update));
    socket.ev.on("connection.update", (update) => {
      if (this.#socket !== socket) return;
      this.updates.push(update);
      this.#stir();
    });
    socket.ev.on("messages.upsert", ({ messages, type }) => {
      for (const message of messages) this.heard.push({ message, type });
      this.#stir();
    });
    this.#socket = socket;
    return socket;
  }

  async qr(): Promise<string> {
    return this.when("a QR code", () => this.updates.findLast(({ qr }) => qr)?.qr);
  }

  async open(): Promise<void> {
    await this.when("the connection to open", () =>
      this.updates.some(({ connection }) => connection === "open"),
    );
  }

  /** The status code with which the connection closed. */
  async closed(): Promise<number> {
    const update = await this.when("the connection to close", () =>
      this.updates.find(({ connection }) => connection === "close"),
    );
    const error = update.lastDisconnect?.error;
    return error && "output" in error ? error.output.statusCode : 0;
  }

  /** What it heard that has a text. */
  get texts(): string[] {
    return this.heard.flatMap(({ message: { message } }) => {
      const text = message?.conversation ?? message?.extendedTextMessage?.text;
      return text ? [text] : [];
    });
  }

  /** The first message it heard for which `wanted` is true. */
  async hears(wanted: (message: WAMessage) => boolean): Promise<WAMessage> {
    return (await this.when("a message", () => this.heard.find(({ message }) => wanted(message)))).message;
  }

  when<T>(what: string, probe: () => T | undefined | false): Promise<T> {
    return within(what, this.#when(probe));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket?.end(undefined);
  }

  #stir(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  async #when<T>(probe: () => T | undefined | false): Promise<T> {
    while (true) {
      const found = probe();
      if (found !== undefined && found !== false) return found;
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }
}
