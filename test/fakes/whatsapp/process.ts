import { join } from "node:path";
import { PATIENCE_MS } from "../../support/wait.ts";
import { spawnFake } from "../spawned-fake.ts";
import type { Exchange } from "./crowd.ts";

/** What a fake in a process of its own can be told to do. */
export type Order =
  | { readonly do: "scan"; readonly qr: string }
  /** Settles when the linked device is there, and has confirmed all it was told. */
  | { readonly do: "caught-up"; readonly patienceMs: number }
  | { readonly do: "say"; readonly number: string; readonly text: string }
  /** The texts somebody received. */
  | { readonly do: "texts"; readonly number: string }
  | { readonly do: "unlink" }
  | { readonly do: "converse"; readonly people: number; readonly rounds: number; readonly patienceMs: number }
  | { readonly do: "burst"; readonly people: number; readonly messages: number; readonly patienceMs: number };

/** A fake running as a process of its own, with one phone. */
export interface WhatsappProcess extends AsyncDisposable {
  readonly pid: number;
  /** What the environment of a gateway must have. */
  readonly env: Readonly<Record<string, string>>;
  scan(qr: string): Promise<void>;
  caughtUp(patienceMs: number): Promise<void>;
  say(number: string, text: string): Promise<void>;
  texts(number: string): Promise<readonly string[]>;
  unlink(): Promise<void>;
  /** People talk to the phone, each saying the next thing once the last was answered. */
  converse(people: number, rounds: number, patienceMs: number): Promise<readonly Exchange[]>;
  /** People say so many things at once. */
  burst(people: number, messages: number, patienceMs: number): Promise<readonly Exchange[]>;
}

/** A program is started and loads what speaks WhatsApp's protocol, on a busy machine. */
const START_PATIENCE_MS = 2 * PATIENCE_MS;

/** Starts the fake beside the test, for measurements. */
export async function spawnFakeWhatsapp(...args: string[]): Promise<WhatsappProcess> {
  const fake = spawnFake("WhatsApp", join(import.meta.dir, "main.ts"), ["--json", ...args]);
  const answer = async (what: string, patienceMs?: number): Promise<unknown> => {
    const { ok, result } = (await fake.answer(what, patienceMs)) as {
      readonly ok: boolean;
      readonly result?: unknown;
    };
    if (!ok) throw new Error(`${what}: ${String(result)}`);
    return result;
  };
  const order = async (given: Order): Promise<unknown> => {
    await fake.tell(JSON.stringify(given));
    const patienceMs = "patienceMs" in given ? given.patienceMs : 0;
    return answer(`the end of ${given.do}`, patienceMs + PATIENCE_MS);
  };
  const env = (await answer("the fake to listen", START_PATIENCE_MS)) as Record<string, string>;
  return {
    pid: fake.pid,
    env,
    scan: async (qr) => void (await order({ do: "scan", qr })),
    caughtUp: async (patienceMs) => void (await order({ do: "caught-up", patienceMs })),
    say: async (number, text) => void (await order({ do: "say", number, text })),
    texts: async (number) => (await order({ do: "texts", number })) as string[],
    unlink: async () => void (await order({ do: "unlink" })),
    converse: async (people, rounds, patienceMs) =>
      (await order({ do: "converse", people, rounds, patienceMs })) as Exchange[],
    burst: async (people, messages, patienceMs) =>
      (await order({ do: "burst", people, messages, patienceMs })) as Exchange[],
    [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
  };
}
