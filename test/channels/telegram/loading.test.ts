import { expect, test } from "bun:test";
import { join } from "node:path";

test("describing Telegram loads neither its library nor what it takes to connect", async () => {
  const door = join(import.meta.dir, "../../../src/channels/telegram/index.ts");
  const script = `await import(${JSON.stringify(door)}); console.log(JSON.stringify(Object.keys(require.cache)));`;
  const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "inherit" });
  const loaded: unknown = JSON.parse(await new Response(child.stdout).text());
  if (!Array.isArray(loaded)) throw new Error("no list came back");
  const paths = loaded.map(String).map((path) => path.replaceAll("\\", "/"));
  expect(paths.some((path) => path.endsWith("/telegram/telegram.ts"))).toBe(true);
  const late =
    /grammy|telegram\/(?:connection|calls|webhook|normalise)|telegram\/client\/client|\/link\/(?:line|poller)/;
  expect(paths.filter((path) => late.test(path))).toEqual([]);
});
