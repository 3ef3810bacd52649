import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import {
  cleanEnv,
  freePort,
  type GatewayProcess,
  openclawCommand,
  runOpenclaw,
  spawnGateway,
  type TempHome,
  tempHome,
  until,
} from "../../support/index.ts";
import { startProgram } from "../program.ts";

const FILE = ".openclaw/openclaw.json";
/** What is no quick request any more. */
const SLOW_REQUEST_MS = 50;

const ESCAPE = "\u001b[";

/** The records of the gateway's log file so far. */
async function records(file: string): Promise<Record<string, unknown>[]> {
  const lines = (await Bun.file(file).text()).split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function asked(gateway: GatewayProcess): Promise<void> {
  await using operator = await gateway.operator();
  await operator.call("health");
}

async function withLog(home: TempHome, logging: object, options: Parameters<typeof spawnGateway>[0] = {}) {
  await home.write(FILE, { gateway: { mode: "local" }, logging });
  return spawnGateway({ home, ...options });
}

test("without --verbose a quick request is not printed; with it, it is one line (seed 10)", async () => {
  await using quiet = await spawnGateway();
  await asked(quiet);
  await using loud = await spawnGateway({ args: ["--verbose"] });
  await asked(loud);
  await until("the line", () => loud.output().includes("⇄ res ✓ health"));
  expect(loud.output()).toMatch(/⇄ res ✓ health \d+ms conn=\S+ id=\S+/);
  // One that took long on a busy machine may be told of.
  for (const [, ms] of quiet.output().matchAll(/⇄ res ✓ \S+ (\d+)ms/g))
    expect(Number(ms)).toBeGreaterThanOrEqual(SLOW_REQUEST_MS);
});

test("--verbose speaks to the console alone, the file keeps its own level (seed 10)", async () => {
  await using home = await tempHome();
  const file = home.at("gateway.log");
  await using gateway = await withLog(home, { file }, { args: ["--verbose"] });
  await asked(gateway);
  await until("the line", () => gateway.output().includes("⇄ res ✓ health"));
  await gateway.stop();
  expect((await records(file)).length).toBeGreaterThan(2);
  expect(await Bun.file(file).text()).not.toContain("⇄ res ✓ health");
});

test("--ws-log full prints request and answer, --compact the answer only, never a secret (seed 10)", async () => {
  for (const [args, request] of [
    [["--ws-log", "full"], true],
    [["--ws-log", "compact"], false],
    [["--compact"], false],
  ] as const) {
    await using gateway = await spawnGateway({ args });
    await asked(gateway);
    await until("the answer", () => gateway.output().includes("⇄ res ✓ health"));
    expect(gateway.output().includes("⇄ req health")).toBe(request);
    expect(gateway.output()).not.toContain(gateway.token ?? "none");
  }
});

test("a refused request is printed whatever the style (seed 10)", async () => {
  await using gateway = await spawnGateway();
  await using operator = await gateway.operator();
  await operator.request("no.such.method");
  await until("the line", () => gateway.output().includes("⇄ res ✗ no.such.method"));
});

test("--log-level and OPENCLAW_LOG_LEVEL rule both outputs; silent says nothing (seed 10)", async () => {
  await using home = await tempHome();
  const file = home.at("gateway.log");
  await using gateway = await withLog(home, { file }, { env: { OPENCLAW_LOG_LEVEL: "debug" } });
  await asked(gateway);
  await gateway.stop();
  expect(await Bun.file(file).text()).toContain("⇄ res ✓ health");
  await using silent = await spawnGateway({ args: ["--log-level", "silent"] });
  await silent.stop();
  expect(silent.output()).toBe("");
});

test("the file holds one JSON object a line, for the owner alone (seed 16)", async () => {
  await using home = await tempHome();
  const file = home.at("logs/gateway.log");
  await using gateway = await withLog(home, { file });
  await gateway.stop();
  for (const record of await records(file)) {
    expect(record).toMatchObject({
      message: expect.any(String),
      time: expect.stringMatching(/^\d{4}-.*[+-]\d\d:\d\d$/),
    });
  }
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("B26: a full file gives way to a new one, five of them are kept, and no line is lost or torn (seed 16)", async () => {
  await using home = await tempHome();
  const file = home.at("logs/gateway.log");
  await using gateway = await withLog(home, { file, level: "debug", maxFileBytes: 20_000 });
  await using operator = await gateway.operator();
  const files = () => (existsSync(dirname(file)) ? readdirSync(dirname(file)).sort() : []);
  for (let i = 0; !files().includes("gateway.log.5") && i < 200; i += 1) {
    await Promise.all(Array.from({ length: 20 }, () => operator.request(`no.such.method.${i}`)));
    await operator.call("logs.tail", { limit: 1 });
  }
  // What is still in its hands is written, and nothing moves any more.
  await gateway.stop();
  expect(files().slice(0, 6)).toEqual(["gateway.log", ...[1, 2, 3, 4, 5].map((n) => `gateway.log.${n}`)]);
  expect(files()).toHaveLength(6);
  for (const name of files()) {
    const path = `${dirname(file)}/${name}`;
    expect(statSync(path).size).toBeLessThan(40_000);
    for (const line of readFileSync(path, "utf8").split("\n").filter(Boolean)) JSON.parse(line);
  }
});

test("the console has colours on a terminal only, and none with NO_COLOR or --no-color (seed 10)", async () => {
  const printed = async (flags: readonly string[], env: Record<string, string | undefined>) => {
    await using home = await tempHome();
    const chunks: string[] = [];
    const child = Bun.spawn(
      [
        ...(await openclawCommand()),
        ...flags,
        "gateway",
        "--allow-unconfigured",
        "--port",
        String(await freePort()),
      ],
      {
        cwd: home.path,
        env: { ...cleanEnv(home.path, { OPENCLAW_GATEWAY_TOKEN: "t", TERM: "xterm-256color" }), ...env },
        terminal: { cols: 120, rows: 30, data: (_terminal, data) => void chunks.push(data.toString()) },
      },
    );
    await until("the start", () => /\bready\b/.test(chunks.join("")));
    child.kill("SIGTERM");
    await child.exited;
    return chunks.join("");
  };
  expect(await printed([], { NO_COLOR: undefined })).toContain(ESCAPE);
  expect(await printed([], { NO_COLOR: "1" })).not.toContain(ESCAPE);
  expect(await printed(["--no-color"], { NO_COLOR: undefined })).not.toContain(ESCAPE);
  await using piped = await spawnGateway();
  expect(piped.output()).not.toContain(ESCAPE);
});

test("logs shows what the gateway logged, over the connection (seeds 23, 97)", async () => {
  await using home = await tempHome();
  await using gateway = await spawnGateway({ home });
  const { code, stdout } = await runOpenclaw(["logs", "--port", String(gateway.port)], {
    home: home.path,
    env: { OPENCLAW_GATEWAY_TOKEN: gateway.token ?? "" },
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Log file: \S+/);
  expect(stdout).toContain("listening on ws://");
  const file = /log file: (\S+)/.exec(gateway.output())?.[1] ?? "";
  expect(stdout).toContain(basename(file));
  await using elsewhere = await tempHome();
  const args = ["logs", "--url", gateway.wsUrl, "--token", gateway.token ?? "", "--json"];
  const remote = await runOpenclaw(args, { home: elsewhere.path });
  expect(remote.code).toBe(0);
  const [meta] = remote.stdout.split("\n");
  expect(JSON.parse(meta ?? "")).toMatchObject({ type: "meta", sourceKind: "file" });
});

test("logs --follow shows new lines, and goes on across a restart and a stop of the gateway (seeds 23, 239)", async () => {
  await using home = await tempHome();
  const port = await freePort();
  const env = { OPENCLAW_GATEWAY_TOKEN: "follow-token-0123456789" };
  const start = () =>
    startProgram(["gateway", "--allow-unconfigured", "--port", String(port)], { home, env });
  const first = await start();
  await first.said(/\bready\b/);
  await using logs = await startProgram(["logs", "--follow", "--interval", "50", "--port", String(port)], {
    home,
    env,
  });
  await logs.said("listening on ws://");
  const say = async (text: string) => {
    const { code } = await runOpenclaw(["gateway", "call", `no.such.${text}`, "--port", String(port)], {
      home: home.path,
      env,
    });
    expect(code).toBe(1);
    await logs.said(`no.such.${text}`, 15_000);
  };
  await say("before");
  first.signal("SIGUSR1");
  await first.said(/stopped for a restart[^]*\bready\b/);
  await say("between");
  first.signal("SIGTERM");
  expect(await first.exited).toBe(0);
  await using second = await start();
  await second.said(/\bready\b/);
  await say("after");
  expect(logs.output().match(/⇄ res ✗ no\.such\.before/g)).toHaveLength(1);
  logs.signal("SIGINT");
  expect(await logs.exited).toBe(0);
}, 30_000);
