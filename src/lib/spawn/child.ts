import { closeSync } from "node:fs";
import { type ChildInput, noInput, SinkInput, TerminalInput } from "./child-input.ts";
import { listen } from "./child-output.ts";
import { openPipe, type Pipe } from "./pipe.ts";

/** What it takes to start a child and to be connected to it. */
export interface ChildRequest {
  /** Absolute path of the program, usually a shell. */
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** `none`: reading from standard input ends at once; `pipe`: it can be written to; `terminal`: it is one. */
  readonly input: "none" | "pipe" | "terminal";
  /** Both outputs, as they come. */
  readonly onOutput: (text: string) => void;
}

/** A child with its input and outputs in our hands. */
export interface Child {
  readonly process: Bun.Subprocess;
  readonly input: ChildInput;
  /** Settles when both outputs have ended. Never rejects. */
  readonly drained: Promise<unknown>;
  /** Lets go of input and outputs, though others may still hold their ends. */
  release(): void;
}

const TERMINAL_COLUMNS = 120;
const TERMINAL_ROWS = 30;

/** Starts a child as the leader of a process group. Throws when it cannot be started. */
export function startChild(request: ChildRequest): Child {
  if (request.input === "terminal") return inTerminal(request);
  const output = openPipe();
  return output ? onPipes(request, output) : onStreams(request);
}

function options({ env, cwd }: ChildRequest) {
  return { env: { ...env }, cwd, detached: process.platform !== "win32", windowsHide: true } as const;
}

/** One pipe for both outputs, so that what was said first is heard first. */
function onPipes(request: ChildRequest, output: Pipe): Child {
  const input = request.input === "pipe" ? openPipe() : undefined;
  try {
    const child = Bun.spawn([request.program, ...request.args], {
      ...options(request),
      stdin: input?.readEnd ?? "ignore",
      stdout: output.writeEnd,
      stderr: output.writeEnd,
    });
    const heard = listen(Bun.file(output.readEnd).stream(), request.onOutput);
    const typed =
      input &&
      new SinkInput(Bun.file(input.writeEnd).writer(), child.exited, () => closeSync(input.writeEnd));
    return {
      process: child,
      input: typed ?? noInput,
      drained: heard.ended,
      release() {
        heard.cancel();
        closeSync(output.readEnd);
        typed?.release();
      },
    };
  } catch (error) {
    closeSync(output.readEnd);
    if (input) closeSync(input.writeEnd);
    throw error;
  } finally {
    // The child has its own now.
    closeSync(output.writeEnd);
    if (input) closeSync(input.readEnd);
  }
}

/** What the runtime offers where there is no pipe of our own. */
function onStreams(request: ChildRequest): Child {
  const argv = [request.program, ...request.args];
  const stdio = { stdout: "pipe", stderr: "pipe" } as const;
  const piped =
    request.input === "pipe" ? Bun.spawn(argv, { ...options(request), ...stdio, stdin: "pipe" }) : undefined;
  const child = piped ?? Bun.spawn(argv, { ...options(request), ...stdio, stdin: "ignore" });
  const outputs = [child.stdout, child.stderr].map((stream) => listen(stream, request.onOutput));
  return {
    process: child,
    input: piped ? new SinkInput(piped.stdin, piped.exited) : noInput,
    drained: Promise.all(outputs.map((output) => output.ended)),
    release: () => outputs.forEach((output) => output.cancel()),
  };
}

function inTerminal(request: ChildRequest): Child {
  const decoder = new TextDecoder();
  const drained = Promise.withResolvers<void>();
  const child = Bun.spawn([request.program, ...request.args], {
    ...options(request),
    terminal: {
      cols: TERMINAL_COLUMNS,
      rows: TERMINAL_ROWS,
      data: (_terminal, data) => request.onOutput(decoder.decode(data, { stream: true })),
      exit: () => drained.resolve(),
    },
  });
  const { terminal } = child;
  if (!terminal) throw new Error("this system gives no terminal");
  return {
    process: child,
    input: new TerminalInput(terminal, child.exited),
    drained: drained.promise,
    release: () => terminal.close(),
  };
}
