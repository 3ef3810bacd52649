import { expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { FakeModelProvider } from "../../fakes/model-provider/index.ts";
import { freePort, openclawBinary, tempHome, WireClient } from "../../support/index.ts";
import { startProgram } from "../program.ts";
import { mockConfig, objectOf } from "../turns/support/index.ts";

const TOKEN = "replaced-token-0123456789";

test("B20: a gateway whose executable is replaced while it runs goes on whole, with what it has not loaded yet; the next start is the new file", async () => {
  await using fake = await FakeModelProvider.start();
  await using home = await tempHome();
  mkdirSync(home.at("bin"));
  const program = home.at("bin/openclaw");
  copyFileSync(await openclawBinary(), program);
  await home.write(".openclaw/openclaw.json", mockConfig(fake));
  const port = await freePort();
  // In place of the program that the tests are about, a copy that can be replaced.
  const prefix = ["sh", "-c", 'shift; exec "$0" "$@"', program];
  const env = { OPENCLAW_GATEWAY_TOKEN: TOKEN };
  const args = ["gateway", "--port", String(port)];
  await using gateway = await startProgram(args, { home, env, prefix });
  await gateway.said(/\bready\b/);

  writeFileSync(`${program}.new`, "#!/bin/sh\necho the new version\n");
  chmodSync(`${program}.new`, 0o755);
  renameSync(`${program}.new`, program);
  // A turn loads the agent, its tools and the model's interface for the first time; a restart begins the gateway anew.
  const turn = async (word: string) => {
    await using client = await WireClient.open(`ws://127.0.0.1:${port}/`);
    expect(await client.connect({ auth: { token: TOKEN } })).toMatchObject({ ok: true });
    const message = `ECHO ${word}`;
    await client.call("chat.send", { sessionKey: "agent:main:main", message, idempotencyKey: word });
    const end = await client.call("agent.wait", { runId: word, timeoutMs: 10_000 });
    expect(objectOf(end)).toMatchObject({ status: "ok", terminalReply: { text: word } });
  };
  await turn("first");
  gateway.signal("SIGUSR1");
  await gateway.said(/stopped for a restart[^]*\bready\b/);
  await turn("second");
  gateway.signal("SIGTERM");
  expect(await gateway.exited).toBe(0);

  await using next = await startProgram(args, { home, env, prefix });
  expect(await next.exited).toBe(0);
  expect(next.output()).toBe("the new version\n");
}, 20_000);
