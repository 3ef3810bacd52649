import {
  callTools,
  type FakeModelProvider,
  late,
  type ModelRequest,
  type Outcome,
  pause,
  type Reply,
  spoken,
} from "../../fakes/model-provider/index.ts";
import { scenarioReply } from "../../fakes/model-provider/scenarios.ts";
import { PATIENCE_MS } from "../../support/index.ts";

/** What a turn does, as far as a crash can tell the difference. */
export type Work = "talk" | "look" | "act";

/** How a message is taken that finds its session busy. */
export type QueueMode = "followup" | "steer" | "collect";

/** One message the test has sent, and all that is known of it. */
export interface Entry {
  readonly runId: string;
  readonly sessionKey: string;
  readonly queueMode: QueueMode;
  readonly work: Work;
  readonly message: string;
  /** The gateway has said that it took the message. */
  accepted: boolean;
  /** How it ended, as soon as anybody was told. */
  ending: string | undefined;
  /** When anybody was told, on the monotonic clock, and in which life of the gateway. */
  endedAt: number;
  endedIn: number;
}

const LIFE = "life-";

function lifeOf(key: string | undefined): number {
  return Number(key?.slice(LIFE.length));
}

/** A question to the model about one message. */
interface Call {
  readonly at: number;
  readonly life: number;
  outcome: Outcome | undefined;
}

/** A question to the model about a message that had ended. */
export interface LateCall {
  readonly afterMs: number;
  readonly livesLater: number;
  readonly outcome: Outcome | undefined;
}

/** Everything that was said to a gateway that dies again and again, and how often the model heard of it. */
export class Book {
  readonly entries = new Map<string, Entry>();
  /** Counts the gateways there were. */
  life = 0;
  readonly #calls = new Map<string, Call[]>();
  readonly #prefix: string;

  constructor(prefix: string, fake: FakeModelProvider) {
    this.#prefix = prefix;
    fake.on((request) => {
      const runId = this.#runIn(spoken(request.userText));
      if (runId === undefined) return undefined;
      const call: Call = { at: performance.now(), life: lifeOf(request.apiKey), outcome: undefined };
      this.#calls.set(runId, [...(this.#calls.get(runId) ?? []), call]);
      void request.outcome.then((outcome) => (call.outcome = outcome));
      const reply = isToldToCallAgain(request) ? callAgain(request) : scenarioReply(request, { paceMs: 0 });
      // Whoever gave the turn up hangs up in this time, however busy the machine is; whoever waits has asked after its end.
      return this.entries.get(runId)?.endedIn === call.life ? late(reply, pause(PATIENCE_MS)) : reply;
    });
  }

  /** What the gateway of this life shows the model: a question may be read when whoever asked it is dead already. */
  get keyOfLife(): string {
    return `${LIFE}${this.life}`;
  }

  /**
   * Questions about a message that had ended. One that was on the wire when its turn was ended may be read by the model after
   * everybody was told: nobody waits for its answer then, and it was asked in the life in which the turn ended.
   */
  callsAfterItsEnd({ runId, endedAt, endedIn }: Entry): LateCall[] {
    const wasLeft = (call: Call) => call.life === endedIn && call.outcome === "hung-up";
    return (this.#calls.get(runId) ?? [])
      .filter((call) => call.at > endedAt && !wasLeft(call))
      .map(({ at, life, outcome }) => ({ afterMs: at - endedAt, livesLater: life - endedIn, outcome }));
  }

  write(entry: Pick<Entry, "sessionKey" | "queueMode" | "work">, effects: string): Entry {
    const runId = `${this.#prefix}-${this.entries.size}`;
    const written: Entry = {
      ...entry,
      runId,
      message: messageOf(entry.work, runId, effects),
      accepted: false,
      ending: undefined,
      endedAt: 0,
      endedIn: 0,
    };
    this.entries.set(runId, written);
    return written;
  }

  /** Notes how a run ended, once. Another ending later is one too many. */
  end(runId: string, ending: string): void {
    const entry = this.entries.get(runId);
    if (!entry) return;
    if (entry.ending === undefined) {
      entry.ending = ending;
      entry.endedAt = performance.now();
      entry.endedIn = this.life;
    } else if (entry.ending !== ending) {
      throw new Error(`${runId} ended as ${entry.ending}, and then as ${ending}`);
    }
  }

  /** Messages whose end is not known. */
  get open(): Entry[] {
    return [...this.entries.values()].filter(({ ending }) => ending === undefined);
  }

  #runIn(said: string): string | undefined {
    return new RegExp(`${this.#prefix}-\\d+`).exec(said)?.[0];
  }
}

/** The gateway died between a call and its beginning, and says so. */
function isToldToCallAgain({ toolResults }: ModelRequest): boolean {
  return toolResults.at(-1)?.text.includes("Call it again") === true;
}

/** What a sensible model does then: what it did before. */
function callAgain({ turns }: ModelRequest): Reply {
  const { toolCalls = [] } = turns.findLast((turn) => turn.toolCalls.length > 0) ?? {};
  return callTools(...toolCalls.map(({ name, arguments: args }) => ({ name, args })));
}

function messageOf(work: Work, runId: string, effects: string): string {
  switch (work) {
    case "talk":
      return `SLOW words=4 ms=3 (${runId})`;
    case "look":
      return `TOOL ls {"path":"."} (${runId})`;
    case "act":
      return `TOOL exec ${JSON.stringify({ command: `echo ${runId} >> ${effects}` })} (${runId})`;
  }
}
