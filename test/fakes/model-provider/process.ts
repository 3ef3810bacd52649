import { join } from "node:path";
import { spawnFake } from "../spawned-fake.ts";

/** A fake running as a process of its own; only its ready scenarios answer. */
export interface FakeProcess extends AsyncDisposable {
  readonly pid: number;
  readonly origin: string;
  readonly openAiUrl: string;
  /** Last user message and arrival (epoch ms with fractions) of every request since the last question. */
  arrivals(): Promise<readonly (readonly [userText: string, epochMs: number])[]>;
}

/** Starts the fake beside the test, for measurements. */
export async function spawnFakeProvider(paceMs = 0): Promise<FakeProcess> {
  const fake = spawnFake("model provider", join(import.meta.dir, "main.ts"), ["--pace", String(paceMs)]);
  const { port } = (await fake.answer("the fake to listen")) as { readonly port: number };
  const origin = `http://127.0.0.1:${port}`;
  return {
    pid: fake.pid,
    origin,
    openAiUrl: `${origin}/v1`,
    async arrivals() {
      await fake.tell("arrivals");
      return (await fake.answer("the fake's arrivals")) as [string, number][];
    },
    [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
  };
}
