import type { TempHome } from "../../support/index.ts";
import { until } from "../../support/index.ts";

/** A node in a process of its own, which can be stopped dead while its socket stays open. */
export interface NodeProcess extends AsyncDisposable {
  readonly nodeId: string;
  /** Stops it without its socket noticing. */
  freeze(): void;
  thaw(): void;
}

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
    const nodeId = await until("the node's id", () => /^node ([0-9a-f]{64})$/m.exec(printed)?.[1]);
    return {
      nodeId,
      freeze: () => child.kill("SIGSTOP"),
      thaw: () => child.kill("SIGCONT"),
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
