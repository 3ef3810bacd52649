import { pause } from "../../client/index.ts";
import { type GatewayOwner, runningGateway } from "../../lib/locks/index.ts";
import { askLoopback } from "../../lib/loopback-http.ts";
import type { Session } from "../session.ts";

/** Longest time a gateway may take until it answers: its start is a fraction of a second, a channel's may be seconds. */
export const ANSWER_DEADLINE_MS = 30_000;

/** Longest time a gateway may take to go: its own drain, and what the supervisor adds before it kills. */
export const GONE_DEADLINE_MS = 45_000;

/** Between two looks. */
const POLL_MS = 100;

/** One look; a gateway that is there answers within a few ms. */
const LOOK_TIMEOUT_MS = 1_000;

/** A gateway that answers. */
export interface Answer {
  readonly url: string;
  readonly port: number;
  readonly waitedMs: number;
  /** Who holds the state folder's lock, when that could be read. */
  readonly owner: GatewayOwner | undefined;
  /** Parts that are not healthy, by the gateway's own account; it answers all the same. */
  readonly failing: readonly string[];
}

/** Where a gateway is expected. */
export interface Place {
  /** Sees the folders that the gateway has. */
  readonly session: Session;
  readonly port: number;
  readonly tls: boolean;
}

export interface AnswerOptions {
  /** The owner of the state lock that is on its way out: its answers do not count. */
  readonly not?: GatewayOwner | undefined;
  /** Ends the waiting early: there will be no answer. Asked about every second. */
  readonly hopeless?: () => Promise<boolean>;
  readonly deadlineMs?: number;
}

/** Waits until the gateway at this place has started and answers; `undefined` when it does not in time. */
export async function awaitAnswer(place: Place, options: AnswerOptions = {}): Promise<Answer | undefined> {
  const { clock } = place.session;
  const began = clock.monotonic();
  const deadlineMs = options.deadlineMs ?? ANSWER_DEADLINE_MS;
  let asked = began;
  for (;;) {
    const owner = ownerOf(place);
    const gone = options.not === undefined || owner?.ownerId !== options.not.ownerId;
    if (gone && (await ask(place, "/startupz"))?.status === 200) {
      const waitedMs = Math.round(clock.monotonic() - began);
      const failing = failingOf(await ask(place, "/readyz"));
      return { url: urlOf(place), port: place.port, waitedMs, owner: ownerOf(place), failing };
    }
    const now = clock.monotonic();
    if (now - began >= deadlineMs) return undefined;
    if (now - asked >= LOOK_TIMEOUT_MS) {
      asked = now;
      if ((await options.hopeless?.()) === true) return undefined;
    }
    await pause(POLL_MS, { clock });
  }
}

/** Waits until this gateway is gone: its lock is free, and nobody answers at its place. False when it is not in time. */
export async function awaitGone(
  place: Place,
  owner: GatewayOwner | undefined,
  deadlineMs = GONE_DEADLINE_MS,
): Promise<boolean> {
  const { clock } = place.session;
  const began = clock.monotonic();
  for (;;) {
    const holder = ownerOf(place);
    const released = owner === undefined ? holder === undefined : holder?.ownerId !== owner.ownerId;
    if (released && !(await isLive(place))) return true;
    if (clock.monotonic() - began >= deadlineMs) return false;
    await pause(POLL_MS, { clock });
  }
}

/** True when a gateway answers there now, started or not. */
export async function isLive(place: Place): Promise<boolean> {
  return (await ask(place, "/healthz"))?.status === 200;
}

/** True when anything listens on the port, whatever it speaks. */
export async function isTaken({ port, tls }: Pick<Place, "port" | "tls">): Promise<boolean> {
  try {
    await askLoopback({ host: "127.0.0.1", port, path: "/healthz", tls, timeoutMs: LOOK_TIMEOUT_MS });
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ECONNREFUSED");
  }
}

/** Who holds the lock of the state folder at this place. */
export function ownerOf({ session: { paths, clock } }: Pick<Place, "session">): GatewayOwner | undefined {
  return runningGateway({ stateLockPath: paths.stateLockPath, clock });
}

export function urlOf({ port, tls }: Pick<Place, "port" | "tls">): string {
  return `${tls ? "wss" : "ws"}://127.0.0.1:${port}`;
}

async function ask({ port, tls }: Place, path: string) {
  try {
    return await askLoopback({ host: "127.0.0.1", port, path, tls, timeoutMs: LOOK_TIMEOUT_MS });
  } catch {
    // Nobody there, or nobody who speaks HTTP: both are no answer.
    return undefined;
  }
}

function failingOf(answer: { readonly body: string } | undefined): string[] {
  try {
    const body: unknown = JSON.parse(answer?.body ?? "");
    const failing: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "failing") : [];
    return Array.isArray(failing)
      ? failing.map((one) => (typeof one === "string" ? one : JSON.stringify(one)))
      : [];
  } catch {
    return [];
  }
}
