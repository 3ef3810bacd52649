import { pause } from "../../client/index.ts";
import { type GatewayOwner, runningGateway } from "../../lib/locks/index.ts";
import { askLoopback } from "../../lib/loopback-http.ts";
import type { Session } from "../session.ts";

/** Longest time a gateway may take until it answers: its start is a fraction of a second, a channel's may be seconds. */
export const ANSWER_DEADLINE_MS = 30_000;

/** The same for one whose process is there and at work: a large database is checked or migrated. */
export const STARTING_DEADLINE_MS = 300_000;

/** A person who waits hears first after this … */
export const FIRST_PROGRESS_MS = 3_000;

/** … and then as often. */
export const PROGRESS_INTERVAL_MS = 15_000;

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

/** What can be seen of a gateway that does not answer yet. */
export type Sight =
  /** Its process is there; `doing` is what it said of itself. */
  | { readonly state: "starting"; readonly pid: number; readonly doing?: string | undefined }
  /** Nothing is seen of it, which may change. */
  | { readonly state: "unseen" }
  /** There will be no answer. */
  | { readonly state: "hopeless" };

/** How the waiting for an answer ended. */
export type Awaited =
  | { readonly state: "answered"; readonly answer: Answer }
  /** Its process has been there all the time, and the time is over. */
  | { readonly state: "starting"; readonly pid: number; readonly doing?: string | undefined }
  | { readonly state: "silent" };

export interface AnswerOptions {
  /** The owner of the state lock that is on its way out: its answers do not count. */
  readonly not?: GatewayOwner | undefined;
  /** When the waiting began, by the monotonic clock; now, unless told. */
  readonly began?: number;
  /** Tells the person who waits; it may have begun before. */
  readonly waiting?: Waiting;
  /** Looks at a gateway that does not answer. Asked about every second. */
  readonly look: () => Promise<Sight>;
}

/**
 * Waits until the gateway at this place has started and answers, and tells the person who waits. One whose process stays
 * has five minutes, any other 30 seconds.
 */
export async function awaitAnswer(place: Place, options: AnswerOptions): Promise<Awaited> {
  const { clock } = place.session;
  const began = options.began ?? clock.monotonic();
  const waiting = options.waiting ?? new Waiting(place, began);
  let looked = clock.monotonic();
  let seen: Sight = { state: "unseen" };
  for (;;) {
    const owner = ownerOf(place);
    const gone = options.not === undefined || owner?.ownerId !== options.not.ownerId;
    if (gone && (await ask(place, "/startupz"))?.status === 200) {
      const waitedMs = Math.round(clock.monotonic() - began);
      const failing = failingOf(await ask(place, "/readyz"));
      const answer = { url: urlOf(place), port: place.port, waitedMs, owner: ownerOf(place), failing };
      return { state: "answered", answer };
    }
    const now = clock.monotonic();
    if (now - looked >= LOOK_TIMEOUT_MS) {
      looked = now;
      const before = seen;
      seen = await options.look();
      waiting.tell(seen);
      if (seen.state === "hopeless") return { state: "silent" };
      if (now - began >= ANSWER_DEADLINE_MS && !isAtWork(seen, before)) return { state: "silent" };
      if (seen.state === "starting" && now - began >= STARTING_DEADLINE_MS) return seen;
    }
    await pause(POLL_MS, { clock });
  }
}

/** A gateway that ends and is started again and again has another process each time. */
function isAtWork(seen: Sight, before: Sight): boolean {
  return seen.state === "starting" && before.state === "starting" && seen.pid === before.pid;
}

/** What a person hears while a gateway takes long. */
export class Waiting {
  private toldAt: number | undefined;

  constructor(
    private readonly place: Place,
    private readonly began: number,
  ) {}

  /** The same while something else is waited for, such as the program of a supervisor. */
  async during<T>(look: () => Promise<Sight>, work: () => Promise<T>): Promise<T> {
    const timer = this.place.session.clock.every(LOOK_TIMEOUT_MS, () => {
      if (this.isDue()) void look().then((seen) => this.tell(seen), ignored);
    });
    try {
      return await work();
    } finally {
      timer.cancel();
    }
  }

  private isDue(): boolean {
    const due =
      this.toldAt === undefined ? this.began + FIRST_PROGRESS_MS : this.toldAt + PROGRESS_INTERVAL_MS;
    return this.place.session.clock.monotonic() >= due;
  }

  tell(seen: Sight): void {
    if (!this.isDue()) return;
    const { port, session } = this.place;
    const now = session.clock.monotonic();
    this.toldAt = now;
    const seconds = Math.round((now - this.began) / 1_000);
    const who = seen.state === "starting" ? `The gateway (pid ${seen.pid}) is still starting` : "No answer";
    const what = seen.state === "starting" && seen.doing ? `: ${seen.doing}` : ` on port ${port}`;
    session.out.progress(`${who} after ${seconds} s${what}`);
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

/** What cannot be looked at in passing is found out, and told, by who waits for the end. */
function ignored(): void {}

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
