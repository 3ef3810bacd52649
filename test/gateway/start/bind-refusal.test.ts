import { expect, test } from "bun:test";
import { bindRefusal } from "../../../src/gateway/start/refusals/bind-refusal.ts";

/** Longer than a gateway needs on a machine that has nothing else to do, and than a stranger is waited for. */
const BUSY_MS = 700;

/** A program that answers as a gateway does, after a while; `named` is what lsof knows of it. */
async function refusal(named: string | undefined, afterMs: number) {
  using holder = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch({ url }) {
      await Bun.sleep(afterMs);
      const isReadyz = new URL(url).pathname === "/readyz";
      return Response.json(
        isReadyz ? { gateway: { pid: 7, name: "OpenClaw Gateway (rescue)" } } : { status: "live" },
      );
    },
  });
  const { port = 0 } = holder;
  const error = Object.assign(new Error("in use"), { code: "EADDRINUSE" });
  const failure = { error, url: `ws://127.0.0.1:${port}`, port, keeper: "systemd" } as const;
  const lsof = { exitCode: 0, stdout: `p7\nc${named}\n` };
  return await bindRefusal(failure, async () => (named === undefined ? undefined : lsof));
}

test("B15: a gateway on a busy machine, which needs a while to answer, is left in control all the same", async () => {
  for (const named of ["openclaw-gateway", undefined]) {
    const { exitCode, lines } = await refusal(named, BUSY_MS);
    expect({ named, exitCode }).toEqual({ named, exitCode: 78 });
    expect(lines.join("\n")).toContain("OpenClaw Gateway (rescue)");
  }
});

test("another program that is known by its name is not waited for", async () => {
  const { exitCode, lines } = await refusal("postgres", BUSY_MS);
  expect({ exitCode, lines }).toEqual({
    exitCode: 1,
    lines: expect.arrayContaining([expect.stringContaining("in use by another program")]),
  });
});
