import { join } from "node:path";
import { spawnFake } from "../spawned-fake.ts";
import type { Exchange } from "./crowd.ts";

/** What a fake in a process of its own can be told to do. */
export type Order =
  | { readonly do: "converse"; readonly people: number; readonly rounds: number; readonly patienceMs: number }
  | { readonly do: "burst"; readonly people: number; readonly messages: number; readonly patienceMs: number }
  | { readonly do: "polled"; readonly patienceMs: number };

/** A fake running as a process of its own, with one bot. */
export interface TelegramProcess extends AsyncDisposable {
  readonly pid: number;
  readonly apiRoot: string;
  readonly token: string;
  /** People talk to the bot, each saying the next thing once the last was answered. */
  converse(people: number, rounds: number, patienceMs: number): Promise<readonly Exchange[]>;
  /** People say so many things at once. */
  burst(people: number, messages: number, patienceMs: number): Promise<readonly Exchange[]>;
  /** Settles when the bot asks for updates. */
  polled(patienceMs: number): Promise<void>;
}

/** Longer than the order itself may take. */
const ANSWER_PATIENCE_MS = 5000;

/** Starts the fake beside the test, for measurements. */
export async function spawnFakeTelegram(...args: string[]): Promise<TelegramProcess> {
  const fake = spawnFake("Telegram", join(import.meta.dir, "main.ts"), args);
  const order = async (given: Order): Promise<unknown> => {
    await fake.tell(JSON.stringify(given));
    return fake.answer(`the end of ${given.do}`, given.patienceMs + ANSWER_PATIENCE_MS);
  };
  const { port, token } = (await fake.answer("the fake to listen")) as { port: number; token: string };
  return {
    pid: fake.pid,
    apiRoot: `http://127.0.0.1:${port}`,
    token,
    converse: async (people, rounds, patienceMs) =>
      (await order({ do: "converse", people, rounds, patienceMs })) as Exchange[],
    burst: async (people, messages, patienceMs) =>
      (await order({ do: "burst", people, messages, patienceMs })) as Exchange[],
    polled: async (patienceMs) => void (await order({ do: "polled", patienceMs })),
    [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
  };
}
