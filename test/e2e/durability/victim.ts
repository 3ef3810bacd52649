import { expect } from "bun:test";
import { type GatewayProcess, spawnGateway, type TempHome, type WireResponse } from "../../support/index.ts";
import { objectOf } from "../turns/support/index.ts";
import type { Book, Entry, QueueMode, Work } from "./book.ts";
import { kill, Line } from "./line.ts";
import type { Random } from "./random.ts";
import { faultsOf, withRemains } from "./remains.ts";

/** Messages that are open at once. */
const TURNS = 50;
const SESSIONS = 20;
/** Frames a client hears of so many turns, roughly; a kill falls after a random number of them. */
const FRAMES = 500;
/** One life in so many ends before anything could be said. */
const STILLBORN = 8;
const START_MS = 150;
/** Repeats of older messages in each life. */
const REPEATS = 5;
/** A gateway that has nothing more to say is killed anyhow. */
const SILENCE_MS = 150;

/** Somebody among all that are open ends in this time. */
const SETTLE_MS = 20_000;

/** The variable that has the model's key. */
export const KEY_VARIABLE = "MOCK_KEY";

const WORKS: readonly [Work, ...Work[]] = ["talk", "talk", "talk", "look", "act"];
/** Of a session, by its number: half of them share no turn. */
const MODES: readonly [QueueMode, ...QueueMode[]] = ["followup", "steer", "followup", "collect"];

export interface VictimParts {
  readonly home: TempHome;
  readonly port: number;
  readonly book: Book;
  readonly random: Random;
}

/** One home whose gateway is killed again and again. */
export class Victim {
  readonly counts = { kills: 0, resumed: 0, completed: 0, interrupted: 0 };
  readonly #parts: VictimParts;

  constructor(parts: VictimParts) {
    this.#parts = parts;
  }

  /** A life that ends by SIGKILL: while it starts, while it takes messages in, or while it answers them. */
  async shortLife(): Promise<void> {
    const { random } = this.#parts;
    this.counts.kills += 1;
    if (random.below(STILLBORN) === 0) {
      const gateway = await this.#spawn(false);
      await Bun.sleep(random.below(START_MS));
      await kill(gateway);
      return;
    }
    const gateway = await this.#spawn();
    const line = await Line.open(gateway);
    const death = this.#deathAfter(random.below(FRAMES), line);
    const talk = Promise.all([...this.#repeats(line), ...this.#sends(line), this.#stop(line)]);
    await death;
    await kill(gateway);
    await talk;
    this.#count(gateway);
  }

  /** A life that is long enough for everything that was left, and the look at what it left. */
  async reckoning(): Promise<void> {
    const { book, home } = this.#parts;
    const gateway = await this.#spawn();
    const line = await Line.open(gateway);
    await Promise.all(book.open.map((entry) => this.#say(line, entry)));
    await Promise.all(book.open.map((entry) => this.#settled(line, entry)));
    await Promise.all([...book.entries.values()].map((entry) => this.#say(line, entry)));
    await kill(gateway);
    this.#count(gateway);
    await withRemains(home, async (store) => {
      expect(await store.runs.unsettled()).toEqual([]);
      expect(await faultsOf(store)).toEqual([]);
    });
  }

  /** Waits for the end of a message, as long as others end meanwhile: on a busy machine fifty take their time. */
  async #settled(line: Line, { runId }: Entry): Promise<void> {
    const { book } = this.#parts;
    for (;;) {
      const before = book.open.length;
      const answer = await line.ask("agent.wait", { runId, timeoutMs: SETTLE_MS }, 2 * SETTLE_MS);
      const { status } = objectOf(answer?.payload);
      if (status === "ok" || status === "error" || isStopped(answer)) return book.end(runId, String(status));
      if (book.open.length === before)
        throw new Error(`${runId} has not ended, nor has any other: ${JSON.stringify(answer)}`);
    }
  }

  #spawn(waitReady = true): Promise<GatewayProcess> {
    const { home, port, book } = this.#parts;
    book.life += 1;
    return spawnGateway({ home, port, waitReady, env: { [KEY_VARIABLE]: book.keyOfLife } });
  }

  /** Settles after so many frames, or when no more come. */
  async #deathAfter(frames: number, line: Line): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let left = frames;
    let silence = setTimeout(resolve, SILENCE_MS);
    line.heard = ({ event, payload }) => {
      const { runId, state } = objectOf(payload);
      if (event === "chat" && state === "final") this.#parts.book.end(String(runId), "ok");
      clearTimeout(silence);
      silence = setTimeout(resolve, SILENCE_MS);
      left -= 1;
      if (left <= 0) resolve();
    };
    await promise;
    clearTimeout(silence);
  }

  /** As many new messages as are missing. */
  #sends(line: Line): Promise<void>[] {
    const { book, random, home } = this.#parts;
    const effects = home.at("effects");
    return Array.from({ length: Math.max(0, TURNS - book.open.length) }, () => {
      const session = random.below(SESSIONS);
      const sessionKey = keyOf(session);
      const queueMode = MODES[session % MODES.length] ?? "followup";
      const entry = book.write({ sessionKey, queueMode, work: random.pick(WORKS) }, effects);
      return this.#say(line, entry);
    });
  }

  /** Ends everything of one session; whoever is told so relies on it after the next start too. */
  async #stop(line: Line): Promise<void> {
    const { book, random } = this.#parts;
    const answer = await line.ask("chat.abort", { sessionKey: keyOf(random.below(SESSIONS)) });
    const { runIds } = objectOf(answer?.payload);
    for (const runId of Array.isArray(runIds) ? runIds : []) book.end(String(runId), "timeout");
  }

  /** What nobody answered for is said again, and a few of those that are long known. */
  #repeats(line: Line): Promise<void>[] {
    const { book, random } = this.#parts;
    const all = [...book.entries.values()];
    const known = all.filter(({ accepted }) => accepted);
    const chosen = Array.from(
      { length: Math.min(REPEATS, known.length) },
      () => known[random.below(known.length)],
    );
    const unsure = all.filter(({ accepted }) => !accepted);
    return [...unsure, ...chosen].flatMap((entry) => (entry ? [this.#say(line, entry)] : []));
  }

  /** Says something, for the first time or once more. */
  async #say(line: Line, entry: Entry): Promise<void> {
    const { runId, sessionKey, queueMode, message, accepted, ending } = entry;
    const answer = await line.ask("chat.send", { sessionKey, message, queueMode, idempotencyKey: runId });
    if (!answer) return;
    const status = statusOf(answer);
    if (accepted && status === "started") throw new Error(`${runId} was taken twice`);
    if (ending !== undefined) expect({ runId, status }).toEqual({ runId, status: ending });
    entry.accepted = true;
    // No crash is a failure of anything but the process that died.
    if (status === "error") expect(answer.error?.message).toContain("restarted while tools were at work");
    if (status === "ok" || status === "error" || isStopped(answer)) this.#parts.book.end(runId, status);
  }

  /** What the gateway says it took up. */
  #count(gateway: GatewayProcess): void {
    for (const [, name, number] of gateway
      .output()
      .matchAll(/\b(resumed|completed|interrupted)["=: ]+(\d+)/g)) {
      if (name === "resumed" || name === "completed" || name === "interrupted")
        this.counts[name] += Number(number);
    }
  }
}

function keyOf(session: number): string {
  return `agent:main:crash-${session}`;
}

/** Somebody ended the run; a wait that came to nothing has no reason. */
function isStopped(answer: WireResponse | undefined): boolean {
  const { status, stopReason } = objectOf(answer?.payload);
  return status === "timeout" && typeof stopReason === "string";
}

/** `started`, `in_flight`, `ok`, `error`, `timeout`; anything else is not an answer to a message. */
function statusOf(answer: WireResponse): string {
  const { status } = objectOf(answer.payload);
  if (!answer.ok && status === "error") return "error";
  if (answer.ok && typeof status === "string") return status;
  throw new Error(`refused: ${JSON.stringify(answer)}`);
}
