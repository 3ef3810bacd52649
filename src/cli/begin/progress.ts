import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isRecord } from "../../client/index.ts";
import { type Paths, PRIVATE_DIR_MODE, readRegularFile, writeFileAtomic } from "../../config/index.ts";
import { MAX_PROGRESS_BYTES } from "./limits.ts";

/** An answer that is no secret. */
export type Answer = string | boolean;

/** How far somebody has come with a set of questions; secrets are never in it. */
export interface Progress {
  answer(id: string): Answer | undefined;
  keep(id: string, answer: Answer): void;
  /** Forgets the answers whose ids begin so: they are asked again. */
  forget(prefix: string): void;
  isDone(step: string): boolean;
  /** Notes that a step was carried out; its answers are needed no more. */
  done(step: string): void;
  /** Everything was carried out. */
  finish(): void;
  /** Ids of the steps that an earlier run carried out. */
  readonly before: readonly string[];
}

/** Where the progress of an onboarding lies. */
export function progressPath({ stateDir }: Pick<Paths, "stateDir">): string {
  return join(stateDir, "onboarding.json");
}

/** The progress of onboarding on this state folder; each answer is on disk before the next question. */
export class StoredProgress implements Progress {
  readonly before: readonly string[];
  readonly #path: string;
  readonly #stateDir: string;
  readonly #answers: Map<string, Answer>;
  readonly #done: Set<string>;

  constructor(paths: Pick<Paths, "stateDir">) {
    this.#path = progressPath(paths);
    this.#stateDir = paths.stateDir;
    const stored = read(this.#path);
    this.#answers = new Map(Object.entries(stored.answers));
    this.#done = new Set(stored.done);
    this.before = stored.done;
  }

  answer(id: string): Answer | undefined {
    return this.#answers.get(id);
  }

  keep(id: string, answer: Answer): void {
    this.#answers.set(id, answer);
    this.#write();
  }

  forget(prefix: string): void {
    for (const id of this.#answers.keys()) if (id.startsWith(prefix)) this.#answers.delete(id);
    this.#write();
  }

  isDone(step: string): boolean {
    return this.#done.has(step);
  }

  done(step: string): void {
    this.#done.add(step);
    this.forget(`${step}.`);
  }

  finish(): void {
    rmSync(this.#path, { force: true });
  }

  #write(): void {
    mkdirSync(this.#stateDir, { recursive: true, mode: PRIVATE_DIR_MODE });
    const content = { version: 1, answers: Object.fromEntries(this.#answers), done: [...this.#done] };
    writeFileAtomic(this.#path, `${JSON.stringify(content, null, 2)}\n`);
  }
}

/** Questions that are asked anew each time. */
export const NO_PROGRESS: Progress = {
  answer: () => undefined,
  keep: () => {},
  forget: () => {},
  isDone: () => false,
  done: () => {},
  finish: () => {},
  before: [],
};

interface Stored {
  readonly answers: Readonly<Record<string, Answer>>;
  readonly done: readonly string[];
}

/** What cannot be read is asked again: that costs a minute and nothing else. */
function read(path: string): Stored {
  let content: unknown;
  try {
    content = JSON.parse(readRegularFile(path, MAX_PROGRESS_BYTES));
  } catch {
    content = undefined;
  }
  const { answers, done } = isRecord(content) ? content : {};
  const entries = Object.entries(isRecord(answers) ? answers : {});
  return {
    answers: Object.fromEntries(
      entries.flatMap(([id, answer]) =>
        typeof answer === "string" || typeof answer === "boolean" ? [[id, answer] as const] : [],
      ),
    ),
    done: Array.isArray(done) ? done.filter((step) => typeof step === "string") : [],
  };
}
