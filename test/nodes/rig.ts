import { Database } from "bun:sqlite";
import type { BoundMethod, Client } from "../../src/gateway/method.ts";
import { nodeHandlers } from "../../src/gateway/methods/nodes.ts";
import { sequentialIds } from "../../src/lib/ids.ts";
import { silentLogger } from "../../src/lib/logger.ts";
import { type Admission, type NodeDevice, Nodes, type NodeSession } from "../../src/nodes/index.ts";
import {
  type ClientIdentity,
  type ConnId,
  explain,
  EVENT_BY_NAME,
  OPERATOR_SCOPES,
  ProtocolError,
} from "../../src/protocol/index.ts";
import { nodes as nodeTables } from "../../src/store/sqlite/migrations/003-nodes.ts";
import { SqliteNodeQueueRepository } from "../../src/store/sqlite/repositories/node-queues.ts";
import { SqliteNodeRepository } from "../../src/store/sqlite/repositories/nodes.ts";
import { ManualClock, tempHome } from "../support/index.ts";

export interface SentEvent {
  readonly event: string;
  readonly payload: Record<string, unknown>;
}

/** A node's end of a connection, in this process. */
export class NodeEnd implements NodeSession {
  readonly received: SentEvent[] = [];
  readonly closes: { code: number; reason: string }[] = [];
  /** A dead node's socket is open and takes everything, but nothing ever comes back. */
  dead = false;
  /** The socket refuses what is sent. */
  full = false;
  lastFrame: number;
  readonly connId: ConnId;
  readonly client: ClientIdentity;
  readonly caps: readonly string[];
  readonly commands: readonly string[];
  readonly permissions?: Readonly<Record<string, boolean>>;
  readonly admission: Admission;

  constructor(
    readonly deviceId: string,
    connId: string,
    now: number,
    given: Partial<Pick<NodeSession, "client" | "caps" | "commands" | "permissions" | "admission">> = {},
  ) {
    this.connId = connId as ConnId;
    this.lastFrame = now;
    this.client = given.client ?? LINUX_HOST;
    this.caps = given.caps ?? ["system"];
    this.commands = given.commands ?? ["system.run", "system.which"];
    this.admission = given.admission ?? "asked";
    if (given.permissions !== undefined) this.permissions = given.permissions;
  }

  send(event: string, payload: unknown): boolean {
    if (this.full) return false;
    const spec = EVENT_BY_NAME.get(event);
    if (spec === undefined) throw new Error(`${event} is not declared`);
    const fault = explain(spec.payload, payload);
    if (fault !== undefined) throw new Error(`${event}: ${fault}`);
    this.received.push({ event, payload: payload as Record<string, unknown> });
    return true;
  }

  ping(): Promise<void> {
    return this.dead ? new Promise(() => {}) : Promise.resolve();
  }

  close(code: number, reason: string): void {
    this.closes.push({ code, reason });
  }

  lastFrameAt(): number {
    return this.lastFrame;
  }

  /** Ids of the invocations that reached the node, oldest first. */
  get asked(): string[] {
    return this.received
      .filter(({ event }) => event === "node.invoke.request")
      .map(({ payload }) => String(payload["id"]));
  }
}

export const LINUX_HOST: ClientIdentity = {
  id: "node-host",
  version: "1.0.0",
  platform: "linux",
  mode: "node",
  displayName: "probe node",
};

export const IPHONE: ClientIdentity = {
  id: "openclaw-ios",
  version: "1.0.0",
  platform: "ios 18.0",
  deviceFamily: "iPhone",
  mode: "node",
  displayName: "Probe iPhone",
};

export type Answer =
  { ok: true; payload: unknown } | { ok: false; error: ReturnType<ProtocolError["toShape"]> };

/** The part under test on a real database, with its methods bound. */
export class Rig implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly published: SentEvent[] = [];
  readonly devices: NodeDevice[] = [];
  readonly revoked: string[] = [];
  readonly rules: { allow: string[]; deny: string[] } = { allow: [], deny: [] };
  readonly nodes: Nodes;
  readonly repository: SqliteNodeRepository;
  readonly queues: SqliteNodeQueueRepository;
  readonly #methods: ReadonlyMap<string, BoundMethod>;

  private constructor(
    readonly db: Database,
    readonly removeFiles: () => PromiseLike<void>,
  ) {
    const { clock } = this;
    this.repository = new SqliteNodeRepository({ db, clock });
    this.queues = new SqliteNodeQueueRepository({ db, clock });
    this.nodes = new Nodes({
      nodes: this.repository,
      queues: this.queues,
      devices: {
        list: async () => this.devices,
        revokeNodeRole: async (deviceId) => {
          const index = this.devices.findIndex((device) => device.deviceId === deviceId);
          if (index >= 0) this.devices.splice(index, 1);
          this.revoked.push(deviceId);
          return index >= 0;
        },
      },
      events: {
        publish: (spec, payload) => {
          const fault = explain(spec.payload, payload);
          if (fault !== undefined) throw new Error(`${spec.name}: ${fault}`);
          this.published.push({ event: spec.name, payload: payload as Record<string, unknown> });
        },
      },
      rules: () => this.rules,
      ids: sequentialIds(),
      clock,
      log: silentLogger,
    });
    const methods = nodeHandlers({ nodes: this.nodes, clock });
    this.#methods = new Map(methods.map((method) => [method.spec.name, method]));
  }

  static async open(): Promise<Rig> {
    const home = await tempHome();
    const db = new Database(home.at("state.sqlite"), { create: true, strict: true });
    nodeTables.up(db);
    return new Rig(db, () => home[Symbol.asyncDispose]());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.nodes.stop();
    this.db.close();
    await this.removeFiles();
  }

  /** Pairs the device and connects it as a node. */
  async connect(
    deviceId: string,
    given: ConstructorParameters<typeof NodeEnd>[3] & { connId?: string } = {},
  ) {
    if (!this.devices.some((device) => device.deviceId === deviceId)) {
      this.devices.push({ deviceId, identity: {}, approvedAtMs: this.clock.now() });
    }
    const node = new NodeEnd(deviceId, given.connId ?? `conn-${deviceId}`, this.clock.now(), given);
    await this.nodes.registry.connected(node);
    return node;
  }

  /** Connects a node and approves what it declares. */
  async approved(
    deviceId: string,
    given: ConstructorParameters<typeof NodeEnd>[3] & { connId?: string } = {},
  ) {
    const node = await this.connect(deviceId, given);
    const [pending] = await this.repository.listPending();
    await this.ok("node.pair.approve", { requestId: pending?.requestId });
    return node;
  }

  /** Calls a method as an operator with all scopes, or as the client given; results must fit their declaration. */
  async call(method: string, params: unknown, client: Partial<Client> = {}): Promise<Answer> {
    const bound = this.#methods.get(method);
    if (bound === undefined) throw new Error(`${method} has no handler`);
    // As the router does: fields that nobody knows are no fault.
    const fault = explain(bound.spec.params, params, true);
    if (fault !== undefined) throw new Error(`${method} params: ${fault}`);
    try {
      const payload = await bound.run(params, {
        client: { ...OPERATOR, ...client },
        requestId: "r",
        signal: new AbortController().signal,
        accept: () => {},
      });
      const wire: unknown = JSON.parse(JSON.stringify(payload));
      const wrong = explain(bound.spec.result, wire);
      if (wrong !== undefined) throw new Error(`${method} result: ${wrong}`);
      return { ok: true, payload: wire };
    } catch (error) {
      if (error instanceof ProtocolError) return { ok: false, error: error.toShape() };
      throw error;
    }
  }

  /** {@link call} that must succeed. */
  async ok(method: string, params: unknown, client: Partial<Client> = {}): Promise<Record<string, unknown>> {
    const answer = await this.call(method, params, client);
    if (!answer.ok) throw new Error(`${method}: ${answer.error.message}`);
    return answer.payload as Record<string, unknown>;
  }

  /** {@link call} that must fail. */
  async failure(method: string, params: unknown, client: Partial<Client> = {}) {
    const answer = await this.call(method, params, client);
    if (answer.ok) throw new Error(`${method} succeeded: ${JSON.stringify(answer.payload)}`);
    return answer.error;
  }

  invoke(nodeId: string, command: string, more: Record<string, unknown> = {}, client: Partial<Client> = {}) {
    const idempotencyKey = `key-${++this.#keys}`;
    return this.call("node.invoke", { nodeId, command, idempotencyKey, ...more }, client);
  }

  #keys = 0;
}

const OPERATOR: Client = {
  connId: "conn-op" as ConnId,
  role: "operator",
  scopes: OPERATOR_SCOPES,
  client: { id: "cli", version: "1.0.0", platform: "linux", mode: "cli" },
  caps: [],
  authMethod: "token",
  directLocal: true,
};

/** How a node appears to the handlers. */
export function asNode(node: NodeEnd): Partial<Client> {
  const { connId, deviceId, client } = node;
  return { connId, deviceId, client, role: "node", scopes: [], authMethod: "device-token" };
}

/** Lets everything run that does not wait for time or for a peer. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}
