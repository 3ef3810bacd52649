import type { Faults } from "../faults.ts";
import type { Journal } from "../journal.ts";
import type { Post } from "../people/post.ts";
import type { Companion } from "../state/companion.ts";
import type { World } from "../state/world.ts";
import {
  type BinaryNode,
  type Connection,
  type ConnectionEvents,
  endWith,
  node,
  seconds,
} from "../wire/index.ts";
import { Desk } from "./desk.ts";
import { Applicant } from "./pairing.ts";

/** Whoever is on the line: devices that are linked and such as want to be. */
export class Switchboard implements ConnectionEvents {
  readonly #desk: Desk;
  readonly #devices = new Map<Connection, Companion>();
  readonly applicants = new Map<Connection, Applicant>();
  /** Every open connection. */
  readonly connections = new Set<Connection>();
  /** Called when a device is ready for what waits for it. */
  onActive: (companion: Companion) => Promise<void> = async () => {};

  constructor(
    readonly world: World,
    readonly journal: Journal,
    readonly faults: Faults,
    readonly post: Post,
  ) {
    this.#desk = new Desk(world, journal, faults, post, (companion) => this.#activate(companion));
  }

  opened(connection: Connection): void {
    this.connections.add(connection);
    const { payload } = connection;
    const login = node("login", { username: String(payload.username), device: payload.device ?? 0 });
    const fault = this.faults.strike(["login"], login);
    this.journal.add("in", undefined, login);
    if (fault?.kind === "hang") return;
    if (fault?.kind === "reset") return connection.reset();
    if (fault?.kind === "refuse") return refuse(connection, fault.code);
    if (fault?.kind === "end") return endWith(connection, fault.code);
    if (payload.devicePairingData) {
      this.applicants.set(connection, new Applicant(connection));
      this.world.changed();
      return;
    }
    const account = this.world.account(`${String(payload.username)}@s.whatsapp.net`);
    const companion = account?.companions.get(payload.device ?? 0);
    if (!account || !companion?.noiseKey.equals(connection.clientKey)) return refuse(connection, 401);
    this.#devices.set(connection, companion);
    companion.connect(connection);
    connection.send(
      node("success", {
        t: seconds(),
        lid: companion.lid,
        location: "fake",
        props: 1,
        abprops: 1,
        display_name: account.name,
      }),
    );
  }

  async received(connection: Connection, incoming: BinaryNode): Promise<void> {
    const companion = this.#devices.get(connection);
    this.journal.add("in", companion, incoming);
    const applicant = this.applicants.get(connection);
    if (applicant) applicant.answered(incoming);
    else if (companion) await this.#desk.take(companion, connection, incoming);
  }

  sent(connection: Connection, outgoing: BinaryNode): void {
    this.journal.add("out", this.#devices.get(connection), outgoing);
  }

  closed(connection: Connection): void {
    this.connections.delete(connection);
    this.applicants.delete(connection);
    this.#devices.get(connection)?.disconnect(connection);
    this.#devices.delete(connection);
    this.world.changed();
  }

  /** Who shows this reference in a QR code. */
  applicantOf(ref: string): Applicant | undefined {
    return [...this.applicants.values()].find(({ refs }) => refs.has(ref));
  }

  async #activate(companion: Companion): Promise<void> {
    const { connection } = companion;
    if (!connection || companion.isActive) return;
    const count = companion.outbox.waiting.length;
    connection.send(node("ib", { from: "s.whatsapp.net" }, [node("offline_preview", { count })]));
    companion.isActive = true;
    companion.flush(true);
    connection.send(node("ib", { from: "s.whatsapp.net" }, [node("offline", { count })]));
    this.world.changed();
    await this.onActive(companion);
  }
}

/** Turns a login away. */
function refuse(connection: Connection, reason: number): void {
  connection.end(node("failure", { reason, location: "fake" }));
}
