import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { copyFileSync, mkdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import {
  freePort,
  runOpenclaw,
  spawnGateway,
  type TempHome,
  tempHome,
  until,
  WireClient,
} from "../../support/index.ts";
import { type Program, startProgram } from "../program.ts";

const FILE = ".openclaw/openclaw.json";
const DB = ".openclaw/state/openclaw.sqlite";
const TOKEN = "matrix-token-0123456789";
const ENV = { OPENCLAW_GATEWAY_TOKEN: TOKEN };

/** What a config comes to: why it refuses the start, or that it allows it. */
interface ConfigRow {
  readonly name: string;
  readonly text?: string;
  readonly flags?: readonly string[];
  /** What is said; undefined when the database decides. */
  readonly refusal?: RegExp;
}

const LOCAL = `{ gateway: { mode: "local" } }`;

const CONFIGS: readonly ConfigRow[] = [
  { name: "absent", refusal: /Missing config\..*gateway\.mode/ },
  { name: "empty", text: "", refusal: /openclaw\.json is not valid/ },
  { name: "truncated", text: `{ gateway: { mode: "local"`, refusal: /line 1, column \d+/ },
  {
    name: "unknown key",
    text: `{ gateway: { mode: "local", prot: 1 } }`,
    refusal: /Unrecognized key: "prot"/,
  },
  {
    name: "wrong type",
    text: `{ gateway: { mode: "local", port: "x" } }`,
    refusal: /gateway\.port: .*number/,
  },
  { name: "bad include", text: `{ $include: "./none.json5" }`, refusal: /none\.json5/ },
  { name: "valid", text: LOCAL },
  { name: "absent, and allowed to be", flags: ["--allow-unconfigured"] },
];

/** What a database comes to where the config allows a start. */
type Verdict =
  | { readonly kind: "ready" }
  /** Up, and `/readyz` names the trouble. */
  | { readonly kind: "degraded"; readonly reason: RegExp }
  /** Up, and by itself ready once the trouble is over. */
  | { readonly kind: "waits"; readonly reason: RegExp }
  | { readonly kind: "refused"; readonly code: number; readonly reason: RegExp };

interface DatabaseRow {
  readonly name: string;
  /** Brings the home into the state; returns the way out of it, where there is one. */
  readonly spoil: (home: TempHome) => Promise<(() => void) | void>;
  readonly verdict: Verdict;
}

const mount = (...args: string[]) => Bun.spawnSync(["mount", ...args], { stderr: "ignore" }).success;

const MAY_MOUNT =
  process.getuid?.() === 0 && Bun.spawnSync(["unshare", "-m", "true"], { stderr: "ignore" }).success;

async function overwrite(file: string, bytes: string | Buffer, at: number): Promise<void> {
  const handle = await open(file, "r+");
  await handle.write(Buffer.from(bytes), 0, undefined, at);
  await handle.close();
}

const DATABASES: readonly DatabaseRow[] = [
  {
    name: "absent",
    spoil: async (home) => Bun.file(home.at(DB)).delete(),
    verdict: { kind: "ready" },
  },
  {
    name: "corrupt header",
    spoil: (home) => overwrite(home.at(DB), "this is no database at all", 0),
    verdict: { kind: "degraded", reason: /database was damaged/ },
  },
  {
    name: "corrupt page",
    spoil: (home) => overwrite(home.at(DB), Buffer.alloc(4_096, 0xa5), 4_096 * 2),
    verdict: { kind: "degraded", reason: /database was damaged/ },
  },
  {
    name: "newer schema",
    spoil: async (home) => {
      const db = new Database(home.at(DB));
      db.run("PRAGMA user_version = 999");
      db.close();
    },
    verdict: { kind: "refused", code: 78, reason: /schema version 999.*Update this program/s },
  },
  ...(MAY_MOUNT
    ? ([
        {
          name: "read-only",
          spoil: async (home) => {
            expect(mount("-o", "remount,ro", home.at(".openclaw"))).toBe(true);
            return () => void mount("-o", "remount,rw", home.at(".openclaw"));
          },
          verdict: { kind: "waits", reason: /read-only/i },
        },
        {
          name: "disk full",
          spoil: async (home) => {
            const ballast = home.at(".openclaw/ballast");
            Bun.spawnSync(["dd", "if=/dev/zero", `of=${ballast}`, "bs=4096"], { stderr: "ignore" });
            return () => void Bun.spawnSync(["rm", ballast]);
          },
          verdict: { kind: "waits", reason: /full/ },
        },
      ] satisfies DatabaseRow[])
    : []),
];

/** A database that a gateway made and left in order. */
let made: TempHome;
beforeAll(async () => {
  made = await tempHome();
  await using gateway = await spawnGateway({ home: made });
  await gateway.stop();
});
afterAll(() => made[Symbol.asyncDispose]());

/** A home on a small disk of its own, where there can be one. */
async function inHome(body: (home: TempHome) => Promise<void>): Promise<void> {
  await using home = await tempHome();
  mkdirSync(home.at(".openclaw"));
  if (MAY_MOUNT) expect(mount("-t", "tmpfs", "-o", "size=3m", "tmpfs", home.at(".openclaw"))).toBe(true);
  try {
    mkdirSync(dirname(home.at(DB)), { mode: 0o700 });
    copyFileSync(made.at(DB), home.at(DB));
    await body(home);
  } finally {
    if (MAY_MOUNT) Bun.spawnSync(["umount", "-l", home.at(".openclaw")]);
  }
}

/** `/readyz`, as this machine is told. */
async function readyz(port: number): Promise<{ readonly status: number; readonly text: string } | undefined> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
  return response && { status: response.status, text: await response.text() };
}

async function isUp(port: number): Promise<boolean> {
  await using client = await WireClient.open(`ws://127.0.0.1:${port}/`);
  const hello = await client.connect({ auth: { token: TOKEN } });
  return hello.ok && (await client.request("health")).ok;
}

async function judge(verdict: Verdict, program: Program, port: number, over: () => void): Promise<void> {
  switch (verdict.kind) {
    case "ready":
      await until("ready", async () => (await readyz(port))?.status === 200);
      expect(await isUp(port)).toBe(true);
      return;
    case "degraded":
      await program.said(/\bready\b/);
      expect(await readyz(port)).toEqual({ status: 503, text: expect.stringMatching(verdict.reason) });
      expect(await isUp(port)).toBe(true);
      return;
    case "waits":
      expect(await until("an answer", () => readyz(port))).toEqual({
        status: 503,
        text: expect.stringMatching(verdict.reason),
      });
      expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
      over();
      await until("ready", async () => (await readyz(port))?.status === 200);
      expect(await isUp(port)).toBe(true);
      return;
    case "refused":
      expect(await program.exited).toBe(verdict.code);
      expect(program.output()).toMatch(verdict.reason);
  }
}

for (const config of CONFIGS) {
  for (const database of DATABASES) {
    test(`B13: start with config ${config.name}, database ${database.name}: a named reason, and up where that is safe (seed 2)`, async () => {
      await inHome(async (home) => {
        if (config.text !== undefined) await home.write(FILE, config.text);
        const over = (await database.spoil(home)) ?? (() => {});
        const port = await freePort();
        const args = ["gateway", "--port", String(port), ...(config.flags ?? [])];
        if (config.refusal !== undefined) {
          const before = await Bun.file(home.at(DB))
            .bytes()
            .catch(() => undefined);
          const { code, stderr } = await runOpenclaw(args, { home: home.path, env: ENV });
          expect({ code, stderr }).toEqual({ code: 78, stderr: expect.stringMatching(config.refusal) });
          expect(stderr).not.toContain("    at ");
          // A config nobody can read is no reason to touch a database.
          expect(
            await Bun.file(home.at(DB))
              .bytes()
              .catch(() => undefined),
          ).toEqual(before);
          over();
          return;
        }
        await using program = await startProgram(args, { home, env: ENV });
        await judge(database.verdict, program, port, over);
        expect(program.output()).not.toContain("    at ");
      });
    });
  }
  if (config.refusal !== undefined && config.text !== undefined) {
    test(`B13: with config ${config.name} the commands that help still answer`, async () => {
      await using home = await tempHome();
      await home.write(FILE, config.text ?? "");
      const run = (...args: string[]) => runOpenclaw(args, { home: home.path });
      expect(await run("config", "validate")).toMatchObject({ code: 1 });
      for (const command of [["status"], ["gateway", "status"], ["config", "file"]]) {
        const { code, stderr } = await run(...command);
        expect({ command, code, stack: stderr.includes("    at ") }).toEqual({
          command,
          code: 0,
          stack: false,
        });
      }
    });
  }
}
