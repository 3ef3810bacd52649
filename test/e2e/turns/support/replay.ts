import { expect } from "bun:test";
import { join } from "node:path";
import { until, type WireClient, type WireFrame, type WireResponse } from "../../../support/index.ts";
import { objectOf, rowChanges, type TurnFrame, turnFrames } from "./frames.ts";
import { Unifier } from "./unify.ts";
import type { TurnWorld } from "./world.ts";

interface Send {
  readonly id: string;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** An event or a response as it was recorded, shortened. */
type Recorded = WireFrame;

interface Step {
  readonly send?: Send;
  readonly recv?: Recorded;
}

export interface ReplayOptions {
  /** Capabilities of the client; `tool-events` unless told otherwise. */
  readonly caps?: readonly string[];
  /** Changes what is sent, for example to a shorter time-out. */
  readonly params?: (send: Send) => Readonly<Record<string, unknown>>;
  /** Recorded frames that this gateway does not send, by name; each with its reason at the call. */
  readonly without?: readonly string[];
  /** Changes of rows that are recorded and not sent, likewise. */
  readonly withoutRows?: readonly string[];
}

/** What a whole replay may take on a busy machine, the start of the gateway included. */
export const PATIENCE_MS = 30_000;

/** No step of a turn takes longer; short enough to be told before the test's own time is up. */
const STEP_PATIENCE_MS = 10_000;

/** What came of a replay, for what a test wants to look at besides. */
export interface Replayed {
  readonly client: WireClient;
  readonly responses: ReadonlyMap<string, readonly WireResponse[]>;
}

/**
 * Sends what a recording sent, each when what stood before it has arrived, and compares everything received with what
 * was recorded: the turn events in their order, the responses, and that each recorded change of a row is told.
 */
export async function replay(
  world: TurnWorld,
  recording: string,
  options: ReplayOptions = {},
): Promise<Replayed> {
  const steps = await stepsOf(recording);
  const client = await world.operator({ caps: options.caps ?? ["tool-events"] });
  const unifier = new Unifier();
  unifier.bind("<home>", world.home.path);
  unifier.bind("<probe-session>", `probe-${recording}`);
  const skipped = new Set(options.without);
  const recorded: Recorded[] = [];
  const expectedTurn = () => turnFrames(recorded).filter(({ name }) => !skipped.has(name));
  const start = client.frames.length;
  const received = () => client.frames.slice(start);
  const arrived = async (): Promise<void> => {
    const names = expectedTurn().map(({ name }) => name);
    const ids = recorded.flatMap(({ id }) => (typeof id === "string" ? [id] : []));
    const complete = (): boolean => {
      const got = turnFrames(received()).map(({ name }) => name);
      const answered = received().flatMap(({ type, id }) => (type === "res" ? [String(id)] : []));
      return covers(got, names) && covers(answered, ids);
    };
    await until("what was recorded", complete, STEP_PATIENCE_MS).catch((error: unknown) => {
      const got = turnFrames(received()).map(({ name }) => name);
      throw new Error(
        `${String(error)}\nrecorded: ${names.join(", ")}; ${ids.join(", ")}\n     got: ${got.join(", ")}`,
      );
    });
  };
  for (const { send, recv } of steps) {
    if (recv !== undefined) recorded.push(recv);
    if (send === undefined) continue;
    await arrived();
    // What placeholders stand for is learnt from what came before.
    compare(unifier, expectedTurn(), recorded, received());
    const params = unifier.fill(options.params?.(send) ?? send.params, () => crypto.randomUUID());
    client.send({ type: "req", ...send, params });
  }
  await arrived();
  // What is sent too much would come before this answer.
  await client.call("health", {});

  const turn = turnFrames(received());
  expect(turn.map(({ name }) => name)).toEqual(expectedTurn().map(({ name }) => name));
  const { differences, responses } = compare(unifier, expectedTurn(), recorded, received());
  expect(differences).toEqual([]);
  expectRows(recorded, received(), new Set(options.withoutRows));
  expectCounted(received());
  return { client, responses };
}

/** Where what was received is not what was recorded; events by their place, responses by their id. */
function compare(
  unifier: Unifier,
  expected: readonly TurnFrame[],
  recorded: readonly Recorded[],
  received: readonly WireFrame[],
): { differences: string[]; responses: Map<string, WireResponse[]> } {
  const turn = turnFrames(received);
  const differences = expected.flatMap(({ name, payload }, index) =>
    unifier.differences(payload, turn[index]?.payload, `${index} ${name}`),
  );
  const answers = received.filter(({ type }) => type === "res") as unknown as WireResponse[];
  const responses = Map.groupBy(answers, ({ id }) => id);
  const seen = new Map<string, number>();
  for (const answer of recorded.filter(({ id }) => typeof id === "string")) {
    const id = String(answer.id);
    const nth = seen.get(id) ?? 0;
    seen.set(id, nth + 1);
    differences.push(...unifier.differences(answer, responses.get(id)?.[nth], `response ${id}`));
  }
  return { differences, responses };
}

/** `got` has at least everything of `wanted`, as often, in whatever order. */
function covers(got: readonly string[], wanted: readonly string[]): boolean {
  const left = new Map<string, number>();
  for (const name of got) left.set(name, (left.get(name) ?? 0) + 1);
  return wanted.every((name) => {
    const count = left.get(name) ?? 0;
    left.set(name, count - 1);
    return count > 0;
  });
}

/** Every recorded change of a row is told, the last one last. */
function expectRows(
  recorded: readonly Recorded[],
  received: readonly WireFrame[],
  skipped: ReadonlySet<string>,
): void {
  const wanted = rowChanges(recorded).filter((change) => !skipped.has(change));
  const got = new Set(rowChanges(received));
  expect(wanted.filter((change) => !got.has(change))).toEqual([]);
}

/** The sequence of a run counts its `agent` frames without a gap, and `chat` frames never run ahead of it. */
function expectCounted(received: readonly WireFrame[]): void {
  const last = new Map<string, number>();
  for (const frame of received) {
    const { runId, seq, stream } = objectOf(frame.payload);
    if (typeof seq !== "number" || typeof runId !== "string") continue;
    if (frame.event !== "agent" && frame.event !== "session.tool") continue;
    const before = last.get(runId) ?? 0;
    expect({ runId, stream, seq }).toEqual({ runId, stream, seq: before + 1 });
    last.set(runId, seq);
  }
}

async function stepsOf(recording: string): Promise<Step[]> {
  const text = await Bun.file(join(import.meta.dir, "..", "fixtures", `${recording}.jsonl`)).text();
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Step);
}
