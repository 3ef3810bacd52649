import { readdir } from "node:fs/promises";
import type { TempHome } from "../../support/index.ts";
import { until } from "../../support/index.ts";

/** A node in a process of its own, which can be stopped dead while its socket stays open. */
export interface NodeProcess extends AsyncDisposable {
  readonly nodeId: string;
  /** Stops it without its socket noticing; settles when it stands still. */
  freeze(): Promise<void>;
  thaw(): void;
}

/** It loads the reference client and connects; as generous as it is for gateways. */
const START_PATIENCE_MS = 20_000;

/** Starts the reference client as a node in another process; it answers every invocation until it is frozen. */
export async function nodeProcess(url: string, token: string, home: TempHome): Promise<NodeProcess> {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/node-program.ts`, url, token], {
    cwd: home.path,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  let printed = "";
  const drained = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) printed += decoder.decode(chunk, { stream: true });
  })();
  const stop = async () => {
    child.kill("SIGKILL");
    await child.exited;
    await drained;
  };
  try {
    const nodeId = await until(
      "the node's id",
      () => /^node ([0-9a-f]{64})$/m.exec(printed)?.[1],
      START_PATIENCE_MS,
    );
    return {
      nodeId,
      async freeze() {
        child.kill("SIGSTOP");
        await until("the node to stand still", () => standsStill(child.pid));
      },
      thaw: () => child.kill("SIGCONT"),
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What stands for a thread that is gone. */
const ENDED = ") X";

/** True once every thread of a process is stopped, as far as the system tells. */
async function standsStill(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const stats = await Promise.all(
    threads.map((thread) =>
      Bun.file(`/proc/${pid}/task/${thread}/stat`)
        .text()
        .catch(() => ENDED),
    ),
  );
  // The name before the state may hold anything, a bracket too.
  return stats.every((stat) => /^\) [TtXZ]/.test(stat.slice(stat.lastIndexOf(")"))));
}
