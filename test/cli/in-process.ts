import { runCli } from "../../src/cli/index.ts";
import { type Env, readEnv } from "../../src/config/index.ts";
import type { LineEditor } from "../../src/cli/terminal/line-editor.ts";
import type { Prompts } from "../../src/cli/terminal/prompts.ts";
import { cleanEnv } from "../support/index.ts";

/** Nobody listens on this port, and no test can be given it. */
export const NOBODYS_PORT = 1;

export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliWorld {
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Number of the user who asks; this process's own unless told. */
  readonly uid?: number;
  /** Pretend that a person watches. */
  readonly tty?: boolean;
  readonly signal?: AbortSignal;
  /** Answers yes-or-no questions; without it nobody is there to answer. */
  readonly answer?: (question: string) => boolean;
  /** Types lines into a conversation; without it nobody sits at a terminal. */
  readonly editor?: LineEditor;
  /** Answers questions; without it nobody sits at a terminal. */
  readonly prompts?: Prompts;
  /** Hears every write to stdout. */
  onStdout?(text: string): void;
  /** Hears every write to stderr. */
  onStderr?(text: string): void;
}

/** Runs a command line inside the test, with its own home and its own streams. */
export async function cli(argv: readonly string[], world: CliWorld): Promise<CliRun> {
  let stdout = "";
  let stderr = "";
  const isTty = world.tty ?? false;
  const { prompts } = world;
  const { NO_COLOR: _, ...plain } = cleanEnv(world.home);
  const code = await runCli(argv, {
    env: withUid(readEnv({ ...plain, ...world.env }), world.uid),
    stdout: {
      isTty,
      write(text) {
        stdout += text;
        world.onStdout?.(text);
      },
    },
    stderr: {
      isTty,
      write(text) {
        stderr += text;
        world.onStderr?.(text);
      },
    },
    ...(world.answer && { confirm: async (question: string) => world.answer?.(question) ?? false }),
    ...(world.editor && { editLines: async () => world.editor ?? Promise.reject(new Error("no editor")) }),
    ...(prompts && { prompts: () => prompts }),
    interrupted: () => world.signal ?? new AbortController().signal,
  });
  return { code, stdout, stderr };
}

function withUid(env: Env, uid: number | undefined): Env {
  return uid === undefined ? env : { ...env, system: { ...env.system, uid } };
}
