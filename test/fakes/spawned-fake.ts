import { endWithTests } from "../support/leftovers.ts";
import { within } from "../support/wait.ts";

/** A fake that runs as a process of its own, is told things line by line, and answers each with one line of JSON. */
export interface SpawnedFake extends AsyncDisposable {
  readonly pid: number;
  /** The next thing it says; `what` names it where it does not come. */
  answer(what: string, patienceMs?: number): Promise<unknown>;
  /** Tells it a line. */
  tell(line: string): Promise<void>;
}

/** Starts a fake beside the test, for measurements; `name` is what it stands for. It ends with the test in any case. */
export function spawnFake(name: string, main: string, args: readonly string[]): SpawnedFake {
  const child = Bun.spawn([process.execPath, main, ...args], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const settled = endWithTests(() => child.kill("SIGKILL"));
  const lines = linesOf(child.stdout);
  return {
    pid: child.pid,
    async answer(what, patienceMs) {
      const { value, done } = await within(what, lines.next(), patienceMs);
      if (done) throw new Error(`the fake ${name} ended before ${what}`);
      return JSON.parse(value) as unknown;
    },
    async tell(line) {
      await child.stdin.write(`${line}\n`);
      await child.stdin.flush();
    },
    async [Symbol.asyncDispose]() {
      await child.stdin.end();
      await within("the fake to end", child.exited);
      settled();
    },
  };
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
  return undefined;
}
