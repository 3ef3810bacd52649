import { expect, test } from "bun:test";
import { logFilePath, readEnv, resolvePaths } from "../../src/config/index.ts";
import { freePort, tempHome, until } from "../support/index.ts";
import { fakeGateway, type Seen } from "../client/fake-gateway.ts";
import { cli } from "./in-process.ts";

const DAY_MS = 86_400_000;

const LINE = JSON.stringify({
  time: "2026-01-02T03:04:05.678Z",
  level: "info",
  subsystem: "gateway/ws",
  message: "hello there",
  fields: { error: "no way", waitMs: 5 },
});

function page(cursor: number, lines: readonly string[], extra: object = {}) {
  return { file: "/var/log/x.log", cursor, size: cursor, lines, ...extra };
}

function logGateway(pages: readonly object[]) {
  let next = 0;
  return fakeGateway({
    answer({ id, method }, line) {
      if (method !== "logs.tail") return false;
      const last = (pages[pages.length - 1] as { cursor: number }).cursor;
      line.send({ type: "res", id, ok: true, payload: pages[next++] ?? page(last, []) });
      return true;
    },
  });
}

test("lines are printed as time, level, subsystem, message and what was told beside it", async () => {
  await using home = await tempHome();
  await using gateway = logGateway([page(10, [LINE, "no json"])]);
  const { code, stdout } = await cli(["logs", "--utc", "--port", String(gateway.port)], { home: home.path });
  expect(code).toBe(0);
  expect(stdout).toBe(
    'Log file: /var/log/x.log\n2026-01-02T03:04:05.678Z info gateway/ws hello there error="no way" waitMs=5\nno json\n',
  );
});

test("--json prints one record per line, its source first", async () => {
  await using home = await tempHome();
  await using gateway = logGateway([page(10, [LINE])]);
  const { stdout } = await cli(["logs", "--json", "--port", String(gateway.port)], { home: home.path });
  expect(
    stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { type: "meta", file: "/var/log/x.log", sourceKind: "file", cursor: 10, size: 10 },
    {
      type: "log",
      time: "2026-01-02T03:04:05.678Z",
      level: "info",
      subsystem: "gateway/ws",
      message: "hello there",
      raw: LINE,
    },
  ]);
});

test("limits go to the gateway, and values out of range are refused here", async () => {
  await using home = await tempHome();
  await using gateway = logGateway([page(0, [])]);
  const port = String(gateway.port);
  await cli(["logs", "--limit", "7", "--max-bytes", "99", "--port", port], { home: home.path });
  expect(gateway.requests[1]?.params).toEqual({ limit: 7, maxBytes: 99 });
  const bad = await cli(["logs", "--limit", "0", "--json", "--port", port], { home: home.path });
  expect([bad.code, JSON.parse(bad.stdout).error.type]).toEqual([1, "cli_error"]);
});

test("following takes the log up again where it was when the gateway restarts", async () => {
  await using home = await tempHome();
  await using gateway = logGateway([page(10, [LINE]), page(20, ["second"])]);
  const stop = new AbortController();
  let printed = "";
  let told = "";
  const following = cli(["logs", "--follow", "--interval", "50", "--utc", "--port", String(gateway.port)], {
    home: home.path,
    signal: stop.signal,
    onStdout: (text) => void (printed += text),
    onStderr: (text) => void (told += text),
  });
  await until("both lines", () => printed.includes("second"));
  gateway.dropAll(1012, "service restart");
  await until("the reconnect", () => told.includes("gateway reconnected"));
  expect(told).toMatch(/service restart.* Reconnecting in 500ms \(1\/8\)\./);
  const cursors = gateway.requests.flatMap(({ method, params }: Seen) =>
    method === "logs.tail" ? [(params as { cursor?: number }).cursor] : [],
  );
  expect(cursors.slice(0, 2)).toEqual([undefined, 10]);
  expect(cursors.at(-1)).toBe(20);
  stop.abort();
  expect((await following).code).toBe(0);
});

test("when the local gateway is down the log file is read, but not while following or for --url", async () => {
  await using home = await tempHome();
  const env = { OPENCLAW_GATEWAY_PORT: String(await freePort()), OPENCLAW_STATE_DIR: home.at("state") };
  const paths = resolvePaths(readEnv({ HOME: home.path, ...env }));
  // Midnight may pass before it is read.
  const files = [0, DAY_MS].map((later) => logFilePath(paths, Date.now() + later));
  for (const file of files) await Bun.write(file, `${LINE}\n`);
  try {
    const { code, stdout, stderr } = await cli(["logs", "--utc"], { home: home.path, env });
    expect(code).toBe(0);
    expect(stderr).toBe("Local Gateway RPC unavailable; reading configured file log instead.\n");
    const [told = "", ...lines] = stdout.split("\n");
    expect(files.map((file) => `Log file: ${file}`)).toContain(told);
    expect(lines).toEqual([
      '2026-01-02T03:04:05.678Z info gateway/ws hello there error="no way" waitMs=5',
      "",
    ]);
    const url = ["--url", `ws://127.0.0.1:${env.OPENCLAW_GATEWAY_PORT}`, "--token", "t"];
    expect((await cli(["logs", ...url], { home: home.path, env })).code).toBe(1);
    const json = await cli(["logs", "--json", ...url], { home: home.path, env });
    expect([json.code, json.stdout]).toEqual([1, ""]);
    expect(JSON.parse(json.stderr)).toMatchObject({ type: "error", details: { code: "ECONNREFUSED" } });
  } finally {
    for (const file of files) await Bun.file(file).delete();
  }
});
