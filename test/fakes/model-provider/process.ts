import { join } from "node:path";
import { within } from "../../support/wait.ts";

/** A fake running as a process of its own; only its ready scenarios answer. */
export interface FakeProcess extends AsyncDisposable {
  readonly pid: number;
  readonly origin: string;
  readonly openAiUrl: string;
  /** Last user message and arrival (epoch ms with fractions) of every request since the last question. */
  arrivals(): Promise<readonly (readonly [userText: string, epochMs: number])[]>;
}

/** Starts the fake beside the test, for measurements. */
export async function spawnFakeProvider(paceMs = 0): Promise<FakeProcess> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "main.ts"), "--pace", String(paceMs)], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const killWithTest = () => child.kill("SIGKILL");
  process.once("exit", killWithTest);
  const lines = linesOf(child.stdout);
  const answer = async (what: string): Promise<unknown> => {
    const { value, done } = await within(what, lines.next());
    if (done) throw new Error(`the fake model provider ended before ${what}`);
    return JSON.parse(value) as unknown;
  };
  const { port } = (await answer("the fake to listen")) as { readonly port: number };
  const origin = `http://127.0.0.1:${port}`;
  return {
    pid: child.pid,
    origin,
    openAiUrl: `${origin}/v1`,
    async arrivals() {
      await child.stdin.write("arrivals\n");
      await child.stdin.flush();
      return (await answer("the fake's arrivals")) as [string, number][];
    },
    async [Symbol.asyncDispose]() {
      await child.stdin.end();
      await within("the fake to end", child.exited);
      process.off("exit", killWithTest);
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
