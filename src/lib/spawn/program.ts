import { type Clock, systemClock } from "../clock.ts";
import { programPath } from "./find-program.ts";
import { killGroup } from "./group.ts";

/** A program to run to its end. No shell is involved: `args` arrive as they are. */
export interface ProgramRequest {
  /** Absolute path, or a bare name to look up in the absolute folders of `env.PATH`. */
  readonly command: string;
  readonly args?: readonly string[];
  /** The whole environment of the program; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Text for standard input; without it there is none. */
  readonly stdin?: string;
  /** Longest run in ms. */
  readonly timeoutMs: number;
  /** Longest time without a byte of output in ms. */
  readonly silenceTimeoutMs?: number;
  /** Most bytes taken from each of the two outputs. */
  readonly maxOutputBytes: number;
  readonly signal?: AbortSignal;
  /** Told the number of the process as soon as there is one; what it returns is called when the program is gone. */
  readonly started?: (pid: number) => () => void;
  readonly clock?: Clock;
}

/** How a program came to its end. Everything but `exit` means that it was killed. */
export type ProgramEnd = "exit" | "timeout" | "silence" | "output-limit" | "aborted";

export interface ProgramResult {
  readonly end: ProgramEnd;
  /** `undefined` when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long the outputs may stay open after the program is gone, held by what it left running. */
const DRAIN_MS = 500;

/**
 * Runs a program in a process group of its own and waits for its end; past a limit the whole group is killed.
 * Throws when the program cannot be started.
 */
export async function runProgram(request: ProgramRequest): Promise<ProgramResult> {
  const clock = request.clock ?? systemClock;
  const child = Bun.spawn([programPath(request.command, request.env), ...(request.args ?? [])], {
    env: { ...request.env },
    stdin: request.stdin === undefined ? "ignore" : new TextEncoder().encode(request.stdin),
    stdout: "pipe",
    stderr: "pipe",
    detached: process.platform !== "win32",
    windowsHide: true,
    ...(request.cwd !== undefined && { cwd: request.cwd }),
  });
  const gone = request.started?.(child.pid);
  let end: ProgramEnd = "exit";
  const stop = (reason: ProgramEnd) => {
    if (end === "exit") end = reason;
    killGroup(child.pid, () => child.kill("SIGKILL"));
  };
  const limit = clock.after(request.timeoutMs, () => stop("timeout"));
  const onAbort = () => stop("aborted");
  request.signal?.addEventListener("abort", onAbort, { once: true });
  if (request.signal?.aborted) onAbort();

  const silenceMs = request.silenceTimeoutMs;
  let silence = silenceMs === undefined ? undefined : clock.after(silenceMs, () => stop("silence"));
  const heard = () => {
    silence?.cancel();
    silence = silenceMs === undefined ? undefined : clock.after(silenceMs, () => stop("silence"));
  };
  const tooMuch = () => stop("output-limit");
  const outputs = Promise.all([
    readOutput(child.stdout, request.maxOutputBytes, heard, tooMuch),
    readOutput(child.stderr, request.maxOutputBytes, heard, tooMuch),
  ]);
  try {
    await child.exited;
    const drain = clock.after(DRAIN_MS, () => killGroup(child.pid, () => undefined));
    const [stdout, stderr] = await outputs;
    drain.cancel();
    return { end, exitCode: child.exitCode ?? undefined, stdout, stderr };
  } finally {
    gone?.();
    limit.cancel();
    silence?.cancel();
    request.signal?.removeEventListener("abort", onAbort);
  }
}

async function readOutput(
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
  heard: () => void,
  tooMuch: () => void,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    heard();
    const room = maxBytes - size;
    if (room > 0) chunks.push(chunk.subarray(0, room));
    size += chunk.length;
    if (size > maxBytes) tooMuch();
  }
  return Buffer.concat(chunks).toString("utf8");
}
