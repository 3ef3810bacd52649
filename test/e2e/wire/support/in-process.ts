import { readEnv } from "../../../../src/config/index.ts";
import { Launched } from "../../../../src/gateway/start/launch.ts";
import { randomIds } from "../../../../src/lib/ids.ts";
import {
  cleanEnv,
  freePort,
  ManualClock,
  type TempHome,
  tempHome,
  until,
  WireClient,
} from "../../../support/index.ts";

const TOKEN = "test-token-0123456789abcdef";

/** A gateway in this process whose time only moves when told; its sockets are real. */
export interface HeldGateway extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly port: number;
  readonly wsUrl: string;
  readonly token: string;
  readonly home: TempHome;
  operator(overrides?: Readonly<Record<string, unknown>>): Promise<WireClient>;
  /** Begins to stop, and moves time on until it has. */
  stop(): Promise<void>;
}

/** The clock of the system that the store and the sockets see is this one too: it starts now, so that proofs are fresh. */
export async function holdGateway(env: Readonly<Record<string, string>> = {}): Promise<HeldGateway> {
  const home = await tempHome();
  const clock = new ManualClock(Date.now());
  const port = await freePort();
  const launched = await Launched.start({
    env: readEnv(cleanEnv(home.path, { OPENCLAW_LOG_LEVEL: "silent", ...env })),
    flags: { port, token: TOKEN, allowUnconfigured: true },
    out: () => undefined,
    err: () => undefined,
    isTerminal: false,
    clock,
    ids: randomIds,
  });
  let stopped = false;
  const held: HeldGateway = {
    clock,
    port,
    wsUrl: `ws://127.0.0.1:${port}/`,
    token: TOKEN,
    home,
    async operator(overrides = {}) {
      const client = await WireClient.open(held.wsUrl);
      const hello = await client.connect({ auth: { token: TOKEN }, ...overrides });
      if (!hello.ok) throw new Error(`connect refused: ${JSON.stringify(hello.error)}`);
      return client;
    },
    async stop() {
      stopped = true;
      let ended = false;
      void launched.gateway.stop().then(() => (ended = true));
      await until("the gateway to stop", () => {
        clock.advance(10);
        return ended;
      });
    },
    async [Symbol.asyncDispose]() {
      if (!stopped) await held.stop();
      await launched.dispose();
      await home[Symbol.asyncDispose]();
    },
  };
  return held;
}
