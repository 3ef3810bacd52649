import { chmod } from "node:fs/promises";
import { GatewayClientRequestError } from "@openclaw/gateway-client";
import { type GatewayProcess, spawnGateway, type TempHome, tempHome } from "../../support/index.ts";
import { FakeModelProvider } from "../../fakes/model-provider/index.ts";
import { FakeTelegram } from "../../fakes/telegram/index.ts";
import { Device } from "./device.ts";
import { ReferenceClient, type ReferenceOptions } from "./reference-client.ts";

const ALL_SCOPES = [
  "operator.admin",
  "operator.read",
  "operator.write",
  "operator.approvals",
  "operator.pairing",
];

/** What the node of the world declares: every family of right that an approval can need. */
export const NODE_COMMANDS = ["system.notify", "system.run", "system.which", "fs.listDir", "camera.snap"];

const configWith = (provider: FakeModelProvider, telegram: FakeTelegram): string => `// kept by hand
{
  gateway: {
    mode: "local",
    reload: { mode: "hot" },
    nodes: { commands: { allow: ["camera.snap"], deny: ["computer.act"] } },
  },
  agents: { defaults: { workspace: "~/agent", model: { primary: "mock/mock-1" } } },
  models: { providers: { mock: ${JSON.stringify(provider.providerConfig())} } },
  channels: {
    telegram: {
      enabled: true,
      botToken: { source: "file", provider: "vault", id: "/telegram" },
      apiRoot: ${JSON.stringify(telegram.apiRoot)},
    },
  },
  secrets: { providers: { vault: { source: "file", path: "~/vault.json" } } },
}
`;

/** What the vault gives for `channels.telegram.botToken`. */
export const BOT_TOKEN = "123456789:AAE-a-telegram-token-of-thirty-five";

/** A gateway in the middle of its life, with reference clients connected to it. */
export class World implements AsyncDisposable {
  readonly #clients: ReferenceClient[] = [];

  private constructor(
    readonly home: TempHome,
    readonly gateway: GatewayProcess,
    readonly operator: ReferenceClient,
    readonly operatorDevice: Device,
    readonly node: ReferenceClient,
    readonly nodeDevice: Device,
    private readonly provider: FakeModelProvider,
    /** Where the bot of the configuration lives. */
    readonly telegram: FakeTelegram,
  ) {}

  /** Configuration with secrets on disk, an operator that is a paired device, a node that was approved. */
  static async create(env: Readonly<Record<string, string>> = {}): Promise<World> {
    const home = await tempHome();
    const provider = await FakeModelProvider.start();
    const telegram = await FakeTelegram.start();
    telegram.bot({ token: BOT_TOKEN });
    await home.write(".openclaw/openclaw.json", configWith(provider, telegram));
    await chmod(await home.write("vault.json", { telegram: BOT_TOKEN }), 0o600);
    const gateway = await spawnGateway({ home, env });
    const operatorDevice = new Device();
    const operator = await ReferenceClient.connect({
      ...operatorOptions(gateway),
      device: operatorDevice,
    });
    const nodeDevice = new Device();
    const node = await ReferenceClient.connect({ ...nodeOptions(gateway), device: nodeDevice });
    const { requestId } = await operator.event(
      "node.pair.requested",
      ({ nodeId }) => nodeId === nodeDevice.id,
    );
    await operator.call("node.pair.approve", { requestId });
    return new World(home, gateway, operator, operatorDevice, node, nodeDevice, provider, telegram);
  }

  get nodeId(): string {
    return this.nodeDevice.id;
  }

  /** One more client with a device of its own; an operator with all scopes unless told otherwise. Leaves with the world. */
  async join(options: Partial<ReferenceOptions> = {}): Promise<ReferenceClient> {
    const base = options.role === "node" ? nodeOptions(this.gateway) : operatorOptions(this.gateway);
    const client = await ReferenceClient.connect({ ...base, device: new Device(), ...options });
    this.#clients.push(client);
    return client;
  }

  /** A device that was approved as an operator and then asked to be a node too, which a person has to decide. */
  async pendingDevice(): Promise<{ deviceId: string; requestId: string }> {
    const device = new Device();
    await using _operator = await ReferenceClient.connect({ ...operatorOptions(this.gateway), device });
    await using refused = ReferenceClient.start({ ...nodeOptions(this.gateway), device });
    await refused.closed();
    const [error] = refused.errors;
    if (!(error instanceof GatewayClientRequestError)) throw new Error(`not refused: ${String(error)}`);
    const requestId = String(Reflect.get(Object(error.details), "requestId"));
    return { deviceId: device.id, requestId };
  }

  /** A node that connected and waits for its approval. */
  async pendingNode(): Promise<{ node: ReferenceClient; nodeId: string; requestId: string }> {
    const device = new Device();
    const node = await this.join({ role: "node", device });
    const asked = await this.operator.event("node.pair.requested", ({ nodeId }) => nodeId === device.id);
    return { node, nodeId: device.id, requestId: String(asked.requestId) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using _home = this.home;
    await using _gateway = this.gateway;
    for (const client of [...this.#clients, this.node, this.operator]) await client[Symbol.asyncDispose]();
    await this.provider.stop();
    await this.telegram.stop();
  }
}

function operatorOptions(gateway: GatewayProcess): ReferenceOptions {
  return {
    url: gateway.wsUrl,
    token: gateway.token ?? "",
    clientName: "openclaw-linux",
    clientDisplayName: "desk",
    mode: "ui",
    scopes: ALL_SCOPES,
  };
}

function nodeOptions(gateway: GatewayProcess): ReferenceOptions {
  return {
    url: gateway.wsUrl,
    token: gateway.token ?? "",
    clientName: "node-host",
    clientDisplayName: "workshop",
    mode: "node",
    role: "node",
    platform: "linux",
    deviceFamily: "Linux",
    scopes: [],
    caps: ["system", "camera"],
    commands: NODE_COMMANDS,
    permissions: { "camera.capture": true },
    pathEnv: "/usr/bin",
  };
}
