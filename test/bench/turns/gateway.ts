import { spawnFakeProvider } from "../../fakes/model-provider/index.ts";
import {
  type GatewayProcess,
  spawnGateway,
  type TempHome,
  tempHome,
  WireClient,
} from "../../support/index.ts";
import { mockModel } from "../mock-model.ts";

/** A gateway and its one client; both are ended with the bench. */
export interface Started extends AsyncDisposable {
  readonly gateway: GatewayProcess;
  readonly client: WireClient;
}

/** A compiled gateway beside a model in a process of its own, and one client. */
export interface Bench extends Started {
  /** The gateway ended and started again in the same home. */
  again(): Promise<Started>;
  /** Last user message and arrival at the model (epoch ms) of every request since the last question. */
  arrivals(): Promise<readonly (readonly [userText: string, epochMs: number])[]>;
}

/** Starts the model, then the gateway in a home that `prepare` may have filled. */
export async function startBench(
  prepare: (home: TempHome) => Promise<void> = async () => {},
): Promise<Bench> {
  const fake = await spawnFakeProvider();
  const home = await tempHome();
  await home.write(".openclaw/openclaw.json", configFor(fake.openAiUrl));
  await prepare(home);
  const started = await startIn(home);
  return {
    ...started,
    again: async () => {
      await started[Symbol.asyncDispose]();
      return startIn(home);
    },
    arrivals: () => fake.arrivals(),
    async [Symbol.asyncDispose]() {
      await started[Symbol.asyncDispose]();
      await fake[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

async function startIn(home: TempHome): Promise<Started> {
  const gateway = await spawnGateway({ home });
  const client = await gateway.operator();
  return {
    gateway,
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      await gateway[Symbol.asyncDispose]();
    },
  };
}

function configFor(baseUrl: string): object {
  return {
    gateway: { mode: "local" },
    models: mockModel(baseUrl),
    // As many turns at once as are measured; 8 unless told.
    agents: { defaults: { model: { primary: "mock/mock-1" }, maxConcurrent: 64 } },
  };
}

/** Epoch ms with fractions, comparable between processes of one machine. */
export function epochMs(): number {
  return performance.timeOrigin + performance.now();
}
