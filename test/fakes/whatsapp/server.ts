import type { Server, TCPSocketListener } from "bun";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSelfSigned } from "../../../src/gateway/start/tls/self-signed.ts";
import { Faults } from "./faults.ts";
import { Journal } from "./journal.ts";
import type { QrCode } from "./line/pairing.ts";
import { Switchboard } from "./line/switchboard.ts";
import { MediaHost } from "./media-host.ts";
import { type Linker, Phone } from "./people/phone.ts";
import { Person } from "./people/person.ts";
import { Post } from "./people/post.ts";
import type { Account, AccountOptions } from "./state/account.ts";
import { Group, type GroupOptions } from "./state/group.ts";
import { World } from "./state/world.ts";
import { Authority, type BinaryNode, Connection, endWith, node, seconds } from "./wire/index.ts";

export interface FakeWhatsappOptions {
  readonly port?: number;
}

/** How the whole server behaves. `black-hole`: connections are taken and nothing ever comes back on them. */
export type Reachability = "up" | "black-hole" | "offline";

interface Line {
  connection: Connection | undefined;
}

/** The number of the phone that tests have when they do not ask for another. */
const HOME_NUMBER = "+15550000";

/** WhatsApp's servers on a loopback port, with the phones, people and groups behind them. */
export class FakeWhatsapp implements AsyncDisposable, Linker {
  readonly journal = new Journal();
  readonly faults = new Faults();
  readonly world = new World(() => this.journal.stir());
  readonly #post = new Post(this.world);
  readonly #switchboard = new Switchboard(this.world, this.journal, this.faults, this.#post);
  readonly #authority = new Authority();
  readonly #media = new MediaHost(this.world.media, this.journal, this.faults);
  readonly #sockets = new Set<Connection>();
  readonly #phones: Phone[] = [];
  /** Everybody who was made, phones too. */
  readonly people: Person[] = [];
  #server: Server<Line> | undefined;
  #mediaServer: Server<undefined> | undefined;
  /** Has the port while the server is offline. */
  #placeholder: TCPSocketListener | undefined;
  #folder = "";
  #port = 0;
  #reachability: Reachability = "up";

  private constructor() {
    this.#switchboard.onActive = async (companion) => {
      const owner = this.#phones.find(({ companions }) => companions.get(companion.id) === companion);
      if (!companion.hasSynced) await owner?.welcome(companion);
    };
  }

  /** Listens on 127.0.0.1, on ports of the system's choice unless one is given. */
  static async start(options: FakeWhatsappOptions = {}): Promise<FakeWhatsapp> {
    const fake = new FakeWhatsapp();
    fake.#listen(options.port ?? 0);
    await fake.#listenForMedia();
    return fake;
  }

  /** Where clients connect to. */
  get url(): string {
    return `ws://127.0.0.1:${this.#port}/ws/chat`;
  }

  /** The key that clients must believe, 32 bytes in hexadecimal. */
  get rootKey(): string {
    return this.#authority.rootKey.toString("hex");
  }

  /** File with the certificate of the media host, for clients to believe. */
  get certificateFile(): string {
    return join(this.#folder, "media.pem");
  }

  /** What a gateway's environment must have so that it takes this for WhatsApp. */
  get env(): Record<string, string> {
    return {
      OPENCLAW_WHATSAPP_WEB_URL: this.url,
      OPENCLAW_WHATSAPP_WEB_ROOT_KEY: this.rootKey,
      NODE_EXTRA_CA_CERTS: this.certificateFile,
    };
  }

  get reachability(): Reachability {
    return this.#reachability;
  }

  /** The first phone; there is one when nobody asked for any. */
  get home(): Phone {
    return this.#phones[0] ?? this.phone(HOME_NUMBER);
  }

  /** A phone that devices can be linked to. */
  phone(number: string, options: AccountOptions = {}): Phone {
    const phone = this.world.add(new Phone(this.world, this.#post, this, number, options));
    this.#phones.push(phone);
    this.people.push(phone);
    return phone;
  }

  /** Somebody with an account. */
  person(number: string, options: AccountOptions = {}): Person {
    const person = this.world.add(new Person(this.world, this.#post, () => this.home, number, options));
    this.people.push(person);
    return person;
  }

  /** A group; its members are told nothing. */
  group(options: GroupOptions = {}): Group {
    const number = options.id ?? `1203630000000${String(this.world.number()).padStart(5, "0")}`;
    const group = new Group(number, seconds(), options);
    this.world.groups.set(group.id, group);
    return group;
  }

  /** Somebody joins a group; its members' devices are told. */
  addsMember(group: Group, member: Account, by: Account = member): void {
    group.members.add(member);
    this.#tellGroup(group, by, node("add", {}, [group.participant(member)]));
  }

  /** Somebody is put out of a group, or leaves it. */
  removesMember(group: Group, member: Account, by: Account = member): void {
    this.#tellGroup(group, by, node("remove", {}, [group.participant(member)]));
    group.members.delete(member);
  }

  changesSubject(group: Group, subject: string, by: Account): void {
    group.subject = subject;
    this.#tellGroup(group, by, node("subject", { subject, s_t: seconds() }));
  }

  /** QR codes that are shown now are worth nothing any more; `again` gives their devices new ones. */
  expireQrs({ again = false } = {}): void {
    for (const applicant of this.#switchboard.applicants.values()) {
      if (again) applicant.offer();
      else applicant.refs.clear();
    }
  }

  async admit(code: QrCode, account: Person, device: number): Promise<void> {
    const applicant = this.#switchboard.applicantOf(code.ref);
    if (!applicant) throw new Error("this QR code has expired");
    await applicant.admit(account, code, device);
  }

  restart({ ref }: QrCode): void {
    this.#switchboard.applicantOf(ref)?.connection.endStream({ code: "515" });
  }

  /** Breaks every open connection. */
  breakConnections(): void {
    for (const connection of this.#sockets) connection.reset();
  }

  /** Ends every stream with a code, as 503 or 515; without one because another client took its place. */
  endStreams(code?: number): void {
    for (const connection of this.#switchboard.connections) endWith(connection, code);
  }

  /** Takes connections and says nothing, also on those that are open, until `recover`. */
  blackHole(): void {
    this.#reachability = "black-hole";
    for (const connection of this.#sockets) connection.isMute = true;
  }

  /** Closes every connection, and breaks new ones at once: a port that was given up would soon be somebody else's. */
  async goOffline(): Promise<void> {
    this.#reachability = "offline";
    await this.#server?.stop(true);
    this.#server = undefined;
    this.#placeholder ??= Bun.listen({
      hostname: "127.0.0.1",
      port: this.#port,
      socket: { open: (socket) => socket.terminate(), data() {} },
    });
  }

  /** Answers again, on the same port. What was swallowed meanwhile stays without an answer. */
  recover(): void {
    const wasOffline = this.#reachability === "offline";
    this.#reachability = "up";
    if (!wasOffline) return;
    this.#giveUpPlace();
    this.#listen(this.#port);
  }

  async stop(): Promise<void> {
    this.#giveUpPlace();
    await this.#server?.stop(true);
    await this.#mediaServer?.stop(true);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #giveUpPlace(): void {
    this.#placeholder?.stop(true);
    this.#placeholder = undefined;
  }

  #tellGroup(group: Group, by: Account, change: BinaryNode): void {
    const id = `group-${this.world.number()}`;
    const participant = by.jid(group.addressing);
    const about = { from: group.id, type: "w:gp2", id, participant, t: seconds(), notify: by.name };
    for (const member of group.members) {
      for (const companion of member.companions.values())
        companion.tell(node("notification", about, [change]));
    }
  }

  #listen(port: number): void {
    const server = Bun.serve<Line>({
      hostname: "127.0.0.1",
      port,
      fetch: (request, bun) => this.#upgrade(request, bun),
      websocket: {
        idleTimeout: 0,
        open: (socket) => {
          const connection = new Connection(socket, this.#authority, this.#switchboard);
          connection.isMute = this.#reachability === "black-hole";
          socket.data.connection = connection;
          this.#sockets.add(connection);
        },
        message: (socket, data) => socket.data.connection?.push(Buffer.from(data)),
        close: (socket) => {
          const { connection } = socket.data;
          if (!connection) return;
          this.#sockets.delete(connection);
          connection.lost();
        },
      },
    });
    this.#server = server;
    this.#port = server.port ?? 0;
  }

  #upgrade(request: Request, server: Server<Line>): Response | undefined {
    const fault = this.faults.strike(["connect"], node("connect"));
    if (fault?.kind === "refuse") return new Response("refused", { status: fault.code });
    if (server.upgrade(request, { data: { connection: undefined } })) return undefined;
    return new Response("this is a fake WhatsApp", { status: 426 });
  }

  async #listenForMedia(): Promise<void> {
    const { cert, key } = makeSelfSigned("localhost", 2);
    this.#folder = await mkdtemp(join(tmpdir(), "fake-whatsapp-"));
    await writeFile(this.certificateFile, cert);
    const server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      tls: { cert, key },
      fetch: (request) => this.#media.answer(request),
    });
    this.#mediaServer = server;
    this.world.media.host = `127.0.0.1:${server.port}`;
  }
}
