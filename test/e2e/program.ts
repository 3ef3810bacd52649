import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { cleanEnv, openclawCommand, PATIENCE_MS, type TempHome, until, within } from "../support/index.ts";

/** A program of this project that runs until it is stopped, with no flags added. */
export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** What it has printed so far, both streams. */
  output(): string;
  /** Settles with the exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  signal(name: NodeJS.Signals): void;
  /** Waits until the output matches. */
  said(what: string | RegExp, timeoutMs?: number): Promise<void>;
}

export interface ProgramOptions {
  readonly home: TempHome;
  readonly env?: Readonly<Record<string, string>>;
  /** Put before everything, for example `sh -c 'umask 000; exec "$@"' sh`. */
  readonly prefix?: readonly string[];
}

/** Starts `openclaw <args>` from that home. It is killed when the test ends. */
export async function startProgram(args: readonly string[], options: ProgramOptions): Promise<Program> {
  const child = Bun.spawn([...(options.prefix ?? []), ...(await openclawCommand()), ...args], {
    cwd: options.home.path,
    env: cleanEnv(options.home.path, options.env),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const chunks: string[] = [];
  const drained = Promise.all([collect(child.stdout, chunks), collect(child.stderr, chunks)]);
  const exited = child.exited.then(async () => {
    await drained;
    return child.exitCode;
  });
  const output = () => chunks.join("");
  return {
    pid: child.pid,
    output,
    exited,
    signal: (name) => child.kill(name),
    async said(what, timeoutMs = PATIENCE_MS) {
      const found = () => (typeof what === "string" ? output().includes(what) : what.test(output()));
      await until(`"${String(what)}"`, found, timeoutMs).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${output()}`);
      });
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await within("the end of the program", exited).catch(() => child.kill("SIGKILL"));
      await exited;
    },
  };
}

async function collect(stream: ReadableStream<Uint8Array>, into: string[]): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of stream) into.push(decoder.decode(chunk, { stream: true }));
}

/** Writes an executable shell script into `<home>/<folder>` and returns the folder, for use on PATH. */
export async function fakeTool(home: TempHome, folder: string, name: string, body: string): Promise<string> {
  const file = await home.write(join(folder, name), `#!/bin/sh\n${body}\n`);
  await chmod(file, 0o755);
  return home.at(folder);
}
