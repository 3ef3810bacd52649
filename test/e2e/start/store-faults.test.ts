import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, statSync, truncateSync } from "node:fs";
import { open } from "node:fs/promises";
import { startProgram } from "../program.ts";
import {
  ended,
  freePort,
  runOpenclaw,
  spawnGateway,
  type TempHome,
  tempHome,
  until,
} from "../../support/index.ts";

const DB = ".openclaw/state/openclaw.sqlite";
const IS_ROOT = process.getuid?.() === 0;

/** Makes a home whose gateway ran once. */
async function used(home: TempHome): Promise<void> {
  await using gateway = await spawnGateway({ home });
  await gateway.stop();
}

/** Everything the database said before the fault is still somewhere beside it. */
function setAside(home: TempHome): string[] {
  return readdirSync(home.at(".openclaw/state")).filter((name) => name.includes(".corrupt-"));
}

const DAMAGE: [string, (file: string) => Promise<void>][] = [
  [
    "a corrupt header",
    async (file) => {
      const handle = await open(file, "r+");
      await handle.write("this is no database at all", 0);
      await handle.close();
    },
  ],
  [
    "a corrupt page",
    async (file) => {
      const handle = await open(file, "r+");
      await handle.write(Buffer.alloc(4_096, 0xa5), 0, 4_096, 4_096 * 2);
      await handle.close();
    },
  ],
  ["a truncated file", async (file) => truncateSync(file, statSync(file).size / 2)],
];

for (const [what, spoil] of DAMAGE) {
  test(`${what}: the control plane comes up, the file is kept, /readyz is 503 with the reason until it is seen (seed 2)`, async () => {
    await using home = await tempHome();
    await used(home);
    await spoil(home.at(DB));
    await using gateway = await spawnGateway({ home, waitReady: false });
    const readyz = async () => fetch(`${gateway.httpUrl}/readyz`).catch(() => undefined);
    const answer = await until("an answer", readyz);
    expect(answer.status).toBe(503);
    const { failing } = (await answer.json()) as { failing: string[] };
    expect(failing.join()).toContain("The state database was damaged");
    expect(setAside(home)).not.toEqual([]);
    const told = "The state database was damaged";
    await until("the word of it", () => gateway.output().includes(told));
    await using operator = await gateway.operator();
    expect(await operator.call("health")).toMatchObject({ ok: true });
    expect((await fetch(`${gateway.httpUrl}/healthz`)).status).toBe(200);
    await gateway.stop();

    await using next = await spawnGateway({ home, waitReady: false });
    expect(
      (await until("an answer", () => fetch(`${next.httpUrl}/readyz`).catch(() => undefined))).status,
    ).toBe(503);
    await until("the word of it again", () => next.output().includes(told));
    expect(setAside(home)).toHaveLength(1);
  });
}

test("B20: a database of a newer program is refused with 78, explained, and left as it is (seed 2)", async () => {
  await using home = await tempHome();
  await used(home);
  const db = new Database(home.at(DB));
  db.run("PRAGMA user_version = 999");
  db.close();
  const before = await Bun.file(home.at(DB)).bytes();
  await using gateway = await spawnGateway({ home, waitReady: false });
  expect(await ended(gateway)).toBe(78);
  expect(gateway.output()).toContain("schema version 999");
  expect(gateway.output()).toContain("Update this program");
  expect(await Bun.file(home.at(DB)).bytes()).toEqual(before);
});

test("a database of some other program is refused and left as it is (seed 2)", async () => {
  await using home = await tempHome();
  await home.write(`${DB}.placeholder`, "");
  const db = new Database(home.at(DB), { create: true });
  db.run("CREATE TABLE theirs (a)");
  db.run("PRAGMA application_id = 77");
  db.close();
  const before = await Bun.file(home.at(DB)).bytes();
  await using gateway = await spawnGateway({ home, waitReady: false });
  expect(await ended(gateway)).not.toBe(0);
  expect(gateway.output()).toContain("openclaw.sqlite");
  expect(gateway.output()).not.toContain("    at ");
  expect(await Bun.file(home.at(DB)).bytes()).toEqual(before);
});

const mount = (...args: string[]) => Bun.spawnSync(["mount", ...args], { stderr: "ignore" }).success;

/** Runs `body` with a state folder on a small disk of its own. */
async function onSmallDisk(body: (home: TempHome) => Promise<void>): Promise<void> {
  await using home = await tempHome();
  await home.write(".openclaw/.keep", "");
  expect(mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", home.at(".openclaw"))).toBe(true);
  try {
    await body(home);
  } finally {
    Bun.spawnSync(["umount", "-l", home.at(".openclaw")]);
  }
}

/** Only the superuser has disks to fill; and nothing is read-only to them but a disk. */
function mayMount(): boolean {
  return IS_ROOT && Bun.spawnSync(["unshare", "-m", "true"], { stderr: "ignore" }).success;
}

/** Fills what is left of the disk; returns the way to give it back. */
async function fill(home: TempHome): Promise<() => Promise<void>> {
  const file = home.at(".openclaw/ballast");
  Bun.spawnSync(["dd", "if=/dev/zero", `of=${file}`, "bs=4096"], { stderr: "ignore" });
  return async () => Bun.file(file).delete();
}

if (mayMount()) {
  test("B26: a disk that fills up while the gateway runs: /readyz is 503 with the reason, then ready again (seed 2)", async () => {
    await onSmallDisk(async (home) => {
      await using gateway = await spawnGateway({ home });
      await using operator = await gateway.operator();
      const free = await fill(home);
      const status = async () => {
        const response = await fetch(`${gateway.httpUrl}/readyz`);
        return { code: response.status, text: await response.text() };
      };
      const full = await until("503", async () => {
        const answer = await status();
        return answer.code === 503 && answer;
      });
      expect(full.text).toMatch(/disk.*full/);
      expect(await operator.call("health")).toMatchObject({ ok: true });
      await free();
      await until("ready again", async () => (await status()).code === 200);
      expect(await gateway.stop()).toBe(0);
    });
  }, 40_000);

  test("B26: a disk that is full at the start: a named reason, no stack trace, nothing lost (seed 2)", async () => {
    await onSmallDisk(async (home) => {
      await used(home);
      const before = statSync(home.at(DB)).size;
      const free = await fill(home);
      await using gateway = await spawnGateway({ home, waitReady: false });
      const outcome = await Promise.race([
        gateway.exited,
        until("an answer", () => fetch(`${gateway.httpUrl}/readyz`).catch(() => undefined)),
      ]);
      if (outcome instanceof Response) expect(await outcome.text()).toMatch(/disk.*full/);
      else {
        expect(outcome).toBe(1);
        expect(gateway.output()).toMatch(/full|No space|ENOSPC/);
      }
      expect(gateway.output()).not.toContain("    at ");
      await gateway.stop();
      expect(statSync(home.at(DB)).size).toBe(before);
      await free();
      await using again = await spawnGateway({ home });
      expect((await fetch(`${again.httpUrl}/readyz`)).status).toBe(200);
    });
  });
}

if (mayMount()) {
  test("B26: a first start on a full or read-only disk says so, waits for it, and leaves no litter (seed 2)", async () => {
    await onSmallDisk(async (home) => {
      await home.write(".openclaw/openclaw.json", { gateway: { mode: "local" } });
      const free = await fill(home);
      const start = async (fault: string) => {
        const port = await freePort();
        const gateway = await startProgram(["gateway", "--port", String(port)], { home });
        await gateway.said(fault);
        await gateway.said(`http://127.0.0.1:${port}/readyz tells why`);
        expect(gateway.output()).toContain(
          `The gateway cannot write its state folder ${home.at(".openclaw")}`,
        );
        return gateway;
      };
      await using full = await start("The disk is full.");
      full.signal("SIGTERM");
      expect(await full.exited).toBe(0);
      await free();
      mount("-o", "remount,ro", home.at(".openclaw"));
      await using readOnly = await start("The disk is read-only.");
      mount("-o", "remount,rw", home.at(".openclaw"));
      await readOnly.said(/\bready\b/);
      readOnly.signal("SIGTERM");
      expect(await readOnly.exited).toBe(0);
      const left = readdirSync(home.at(".openclaw"), { recursive: true }).map(String);
      expect(left.filter((name) => /\.tmp$|state\.lock|probe/.test(name))).toEqual([]);
    });
  });
}

test("an invalid configuration is told before a damaged database is touched (seed 2)", async () => {
  await using home = await tempHome();
  await used(home);
  await home.write(DB, "damaged");
  for (const content of [
    "",
    "{ truncated",
    `{ gateway: { prot: 1 } }`,
    `{ gateway: { port: "x" } }`,
    `{ $include: "./no" }`,
  ]) {
    await home.write(".openclaw/openclaw.json", content);
    await using gateway = await spawnGateway({ home, waitReady: false });
    expect({ content, code: await ended(gateway) }).toEqual({ content, code: 78 });
    expect(gateway.output()).toContain("openclaw.json is not valid");
  }
  expect(await Bun.file(home.at(DB)).text()).toBe("damaged");
  expect(setAside(home)).toEqual([]);
});

if (!IS_ROOT) {
  test("a read-only state folder: a named reason and the command that mends it (seed 2)", async () => {
    await using home = await tempHome();
    await used(home);
    chmodSync(home.at(".openclaw/state"), 0o500);
    try {
      await using gateway = await spawnGateway({ home, waitReady: false });
      expect(await ended(gateway)).toBe(1);
      expect(gateway.output()).toContain("read-only");
      expect(gateway.output()).toContain("chmod");
    } finally {
      chmodSync(home.at(".openclaw/state"), 0o700);
    }
  });
}

test("a state folder that is a file is refused with its reason (seed 2)", async () => {
  await using home = await tempHome();
  await home.write(".openclaw", "a file");
  const { code, stderr } = await runOpenclaw(["gateway", "--allow-unconfigured", "--token", "t"], {
    home: home.path,
  });
  expect(code).not.toBe(0);
  expect(stderr).toContain(".openclaw");
  expect(stderr).not.toContain("    at ");
  expect(existsSync(home.at(".openclaw"))).toBe(true);
});
