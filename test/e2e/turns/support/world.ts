import { FakeModelProvider, type FakeOptions } from "../../../fakes/model-provider/index.ts";
import {
  type GatewayOptions,
  type GatewayProcess,
  spawnGateway,
  type TempHome,
  tempHome,
  type WireClient,
} from "../../../support/index.ts";

/** A compiled gateway whose only model is the fake's `mock/mock-1`. */
export interface TurnWorld extends AsyncDisposable {
  readonly gateway: GatewayProcess;
  readonly fake: FakeModelProvider;
  readonly home: TempHome;
  /** A connected operator; with the capability `tool-events` unless told otherwise. */
  operator(overrides?: Readonly<Record<string, unknown>>): Promise<WireClient>;
}

export interface WorldOptions {
  /** Merged into the configuration, whole top-level keys at a time. */
  readonly config?:
    Readonly<Record<string, unknown>> | ((fake: FakeModelProvider) => Readonly<Record<string, unknown>>);
  readonly fake?: FakeOptions;
  readonly gateway?: GatewayOptions;
}

/** Time between the chunks of a plain answer, longer than the 30 ms in which deltas are joined. */
export const PACE_MS = 45;

/** The configuration of a gateway that asks `fake`. */
export function mockConfig(fake: FakeModelProvider): Record<string, unknown> {
  return {
    gateway: { mode: "local" },
    models: { providers: { mock: fake.providerConfig() } },
    agents: { defaults: { model: { primary: "mock/mock-1" } } },
  };
}

/** Starts the fake and a gateway that asks it. */
export async function turnWorld(options: WorldOptions = {}): Promise<TurnWorld> {
  const fake = await FakeModelProvider.start({ paceMs: PACE_MS, ...options.fake });
  const home = await tempHome();
  const config = typeof options.config === "function" ? options.config(fake) : options.config;
  await home.write(".openclaw/openclaw.json", { ...mockConfig(fake), ...config });
  const end = async (): Promise<void> => {
    await fake.stop();
    await home[Symbol.asyncDispose]();
  };
  try {
    const gateway = await spawnGateway({ ...options.gateway, home });
    return {
      gateway,
      fake,
      home,
      operator: (overrides = {}) => gateway.operator({ caps: ["tool-events"], ...overrides }),
      async [Symbol.asyncDispose]() {
        await gateway[Symbol.asyncDispose]();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
