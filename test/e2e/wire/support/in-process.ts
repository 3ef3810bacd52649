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

/** How far time is moved on at once where it is moved on until something has happened. */
const STEP_MS = 10;

/** A gateway in this process whose time only moves when told; its sockets are real. */
export interface HeldGateway extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly port: number;
  readonly httpUrl: string;
  readonly wsUrl: string;
  readonly token: string;
  readonly home: TempHome;
  operator(overrides?: Readonly<Record<string, unknown>>): Promise<WireClient>;
  /** Begins to stop, and moves time on until it has. */
  stop(): Promise<void>;
}

/** What differs from an empty home. */
export interface HeldOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The section `gateway.auth` of its configuration; without it the shared token comes with the command line. */
  readonly auth?: object;
}

/** The clock of the system that the store and the sockets see is this one too: it starts now, so that proofs are fresh. */
export async function holdGateway({ env = {}, auth }: HeldOptions = {}): Promise<HeldGateway> {
  const home = await tempHome();
  const clock = new ManualClock(Date.now());
  const port = await freePort();
  if (auth) await home.write(".openclaw/openclaw.json", { gateway: { mode: "local", auth } });
  const launched = await Launched.start({
    env: readEnv(cleanEnv(home.path, { OPENCLAW_LOG_LEVEL: "silent", ...env })),
    flags: { port, ...(!auth && { token: TOKEN }), allowUnconfigured: true },
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
    httpUrl: `http://127.0.0.1:${port}`,
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
        clock.advance(STEP_MS);
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

/** Waits for `promise` while at most `ms` pass for the gateway, however long that takes. */
export async function whileIn<T>({ clock }: HeldGateway, ms: number, promise: Promise<T>): Promise<T> {
  let settled = false;
  const note = () => void (settled = true);
  promise.then(note, note);
  let left = ms;
  await until(`what happens within ${ms} ms`, () => {
    if (left > 0) clock.advance(Math.min(STEP_MS, left));
    left -= STEP_MS;
    return settled;
  });
  return promise;
}
