import type { SessionKey } from "../../../protocol/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import { type Command, type CommandEnd, RetainedOutput } from "../../../lib/spawn/index.ts";
import { EXEC_OUTPUT_CHARS, EXEC_TAIL_CHARS, INPUT_WAIT_MS } from "../limits.ts";
import { plainOutput } from "./plain-output.ts";

/** What is known of a command before it starts. */
export interface CommandFacts {
  /** Short name the model calls it by. */
  readonly id: string;
  readonly agentId: string;
  readonly sessionKey: SessionKey;
  /** As it was given. */
  readonly command: string;
  readonly cwd: string;
  /** Kept this long after its end. */
  readonly keepMs: number;
  /** Its session is told when it ends in the background. */
  readonly notify: boolean;
}

/** A command that was started: what it said so far, and how it ended. */
export class RunningCommand {
  readonly output = new RetainedOutput(EXEC_OUTPUT_CHARS);
  readonly startedAt: number;
  /** It goes on without the call that started it, and is seen by `process`. */
  backgrounded = false;
  /** Its end was shown to the model. */
  endSeen = false;
  end: (CommandEnd & { readonly at: number }) | undefined;
  #lastOutputAt: number;
  #read = 0;
  #heard: () => void = () => undefined;
  #process: Command | undefined;

  constructor(
    readonly facts: CommandFacts,
    private readonly clock: Clock,
  ) {
    this.startedAt = clock.now();
    this.#lastOutputAt = this.startedAt;
  }

  /** Undefined until it was started. */
  get process(): Command | undefined {
    return this.#process;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  attach(process: Command): void {
    this.#process = process;
  }

  /** Calls `heard` whenever it says something; one listener, the newest. */
  listen(heard: () => void): void {
    this.#heard = heard;
  }

  hear(text: string): void {
    this.output.push(text);
    this.#lastOutputAt = this.clock.now();
    this.#heard();
  }

  /** Everything it said, as far as it is kept. */
  get text(): string {
    return plainOutput(this.output.text).trimEnd();
  }

  get tail(): string {
    return plainOutput(this.output.end(EXEC_TAIL_CHARS));
  }

  get hasNews(): boolean {
    return this.output.total > this.#read;
  }

  /** What it said since this was asked last. */
  takeNews(): { readonly text: string; readonly lost: number } {
    const news = this.output.since(this.#read);
    this.#read = this.output.total;
    return { text: plainOutput(news.text).trim(), lost: news.lost };
  }

  get idleMs(): number {
    return Math.max(0, this.clock.now() - this.#lastOutputAt);
  }

  /** It can be written to, and has been silent for so long that it may be waiting for that. */
  get waitsForInput(): boolean {
    return this.end === undefined && this.#process?.input.isOpen === true && this.idleMs >= INPUT_WAIT_MS;
  }

  get runtimeMs(): number {
    return (this.end?.at ?? this.clock.now()) - this.startedAt;
  }
}
