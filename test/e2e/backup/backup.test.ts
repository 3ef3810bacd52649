import { expect, test } from "bun:test";
import { Database } from "bun:sqlite";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import {
  cleanEnv,
  freePort,
  openclawBinary,
  runOpenclaw,
  spawnGateway,
  tempHome,
  until,
  type WireClient,
} from "../../support/index.ts";

/** Resident memory above that of an empty run that an archive of any size may take: a few pieces, and names. */
const RSS_MARGIN_BYTES = 90 * 1024 ** 2;

/** A workspace that would not fit into the margin. */
const WORKSPACE_BYTES = 300 * 1024 ** 2;

/** Compressing it, or running many commands one after the other, on a busy machine. */
const LARGE_PATIENCE_MS = 120_000;

test("a backup made under write load restores to a sound store with everything acknowledged before it, and the gateway never notices", async () => {
  await using home = await tempHome();
  const port = await freePort();
  const counted: { acknowledged: number; failed: unknown } = { acknowledged: 0, failed: undefined };
  let archive = "";
  let before = 0;
  {
    await using gateway = await spawnGateway({ home, port });
    await using client = await gateway.operator();
    let going = true;
    const load = write(client, counted, () => going);
    await until("some sessions to be written", () => counted.acknowledged > 20);
    before = counted.acknowledged;
    const made = await runOpenclaw(["backup", "create", "--json", "--verify", "--output", home.at("out")], {
      home: home.path,
    });
    expect(made.stderr).toBe("");
    expect(made.code).toBe(0);
    archive = JSON.parse(made.stdout).archivePath;
    const during = counted.acknowledged;
    await until("more to be written after it", () => counted.acknowledged > during + 5);
    going = false;
    await load;
    expect(counted.failed).toBeUndefined();
    const refused = await runOpenclaw(["backup", "restore", archive, "--yes"], { home: home.path });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("openclaw gateway stop");
    expect(gateway.output()).not.toMatch(/SQLITE|database is/i);
  }
  expect(soundLabels(home.at(".openclaw/state/openclaw.sqlite")).size).toBeGreaterThanOrEqual(
    counted.acknowledged,
  );
  const done = await runOpenclaw(["backup", "restore", archive, "--yes", "--json"], { home: home.path });
  expect(done.code).toBe(0);
  const restored = soundLabels(home.at(".openclaw/state/openclaw.sqlite"));
  for (let n = 0; n < before; n += 1) expect(restored.has(`load ${n}`)).toBe(true);
  // A gateway comes up on it.
  await using again = await spawnGateway({ home, port });
  await using client = await again.operator();
  expect(await client.request("sessions.list", {})).toMatchObject({ ok: true });
});

test("a backup of a store at rest restores to an equal store", async () => {
  await using home = await tempHome();
  {
    await using gateway = await spawnGateway({ home });
    await using client = await gateway.operator();
    const counted: { acknowledged: number; failed: unknown } = { acknowledged: 0, failed: undefined };
    await write(client, counted, () => counted.acknowledged < 10);
  }
  const made = await runOpenclaw(["backup", "create", "--json", "--output", home.at("out")], {
    home: home.path,
  });
  const archive = JSON.parse(made.stdout).archivePath;
  const before = dump(home.at(".openclaw/state/openclaw.sqlite"));
  await using other = await tempHome();
  const done = await runOpenclaw(["backup", "restore", archive, "--yes"], { home: other.path });
  expect(done.code).toBe(0);
  expect(dump(other.at(".openclaw/state/openclaw.sqlite"))).toEqual(before);
  expect(Object.keys(before).length).toBeGreaterThan(5);
});

test("a backup after the gateway was killed has everything it had acknowledged", async () => {
  await using home = await tempHome();
  const counted: { acknowledged: number; failed: unknown } = { acknowledged: 0, failed: undefined };
  {
    await using gateway = await spawnGateway({ home });
    await using client = await gateway.operator();
    await write(client, counted, () => counted.acknowledged < 25);
    gateway.signal("SIGKILL");
    await gateway.exited;
  }
  const made = await runOpenclaw(["backup", "create", "--json", "--output", home.at("out")], {
    home: home.path,
  });
  expect(made.code).toBe(0);
  await using other = await tempHome();
  const { archivePath } = JSON.parse(made.stdout);
  expect((await runOpenclaw(["backup", "restore", archivePath, "--yes"], { home: other.path })).code).toBe(0);
  expect(soundLabels(other.at(".openclaw/state/openclaw.sqlite")).size).toBe(25);
});

test(
  "kill -9 at any moment of a restore by the executable leaves the old or the new state whole",
  async () => {
    await using home = await tempHome();
    await home.write(".openclaw/openclaw.json", { gateway: { mode: "local" } });
    for (let n = 0; n < 60; n += 1) await home.write(`.openclaw/workspace/${n}`, `old ${"x".repeat(40_000)}`);
    const made = await runOpenclaw(["backup", "create", "--json", "--output", home.at("out")], {
      home: home.path,
    });
    const { archivePath } = JSON.parse(made.stdout);
    const seen = new Set<string>();
    const moments = [20, 40, 60, 80, 100, 120, 140, 160, 180, undefined];
    for (const killAfterMs of moments) {
      for (let n = 0; n < 60; n += 1) await home.write(`.openclaw/workspace/${n}`, "new");
      const child = Bun.spawn([await openclawBinary(), "backup", "restore", archivePath, "--yes"], {
        env: cleanEnv(home.path),
        stdin: "ignore",
        stdout: "ignore",
        stderr: "ignore",
        ...(killAfterMs !== undefined && { timeout: killAfterMs, killSignal: "SIGKILL" as const }),
      });
      await child.exited;
      const words = new Set<string>();
      for (let n = 0; n < 60; n += 1) {
        words.add((await Bun.file(home.at(`.openclaw/workspace/${n}`)).text()).slice(0, 3));
      }
      expect(words.size).toBe(1);
      for (const word of words) seen.add(word);
      const mended = await runOpenclaw(["doctor", "--only", "restore", "--fix", "--yes"], {
        home: home.path,
      });
      expect(mended.code).toBe(0);
      expect(readdirSync(home.path).filter((name) => name.includes(".restoring"))).toEqual([]);
    }
    // The first moment comes before the end of any, and the last restore was let be.
    expect([...seen].sort()).toEqual(["new", "old"]);
  },
  LARGE_PATIENCE_MS,
);

test(
  "a workspace of 300 MB is backed up and checked in the memory of a small one",
  async () => {
    await using home = await tempHome();
    await home.write(".openclaw/openclaw.json", { gateway: { mode: "local" } });
    const idle = await peakOf(home.path, ["backup", "create", "--output", home.at("small")]);
    mkdirSync(home.at(".openclaw/workspace"));
    const file = Bun.file(home.at(".openclaw/workspace/large")).writer();
    const piece = crypto.getRandomValues(new Uint8Array(65_536));
    // Half noise, half nothing, as files are.
    for (let at = 0; at < WORKSPACE_BYTES; at += 16 * piece.byteLength) {
      await file.write(piece);
      await file.write(new Uint8Array(15 * piece.byteLength));
      await file.flush();
    }
    await file.end();
    const peak = await peakOf(home.path, ["backup", "create", "--verify", "--output", home.at("large")]);
    expect(peak - idle).toBeLessThan(RSS_MARGIN_BYTES);
    const [name = ""] = readdirSync(home.at("large"));
    expect(statSync(home.at("large", name)).mode & 0o777).toBe(0o600);
  },
  LARGE_PATIENCE_MS,
);

test("Ctrl-C in the middle of a backup leaves nothing and exits 130", async () => {
  await using home = await tempHome();
  await home.write(".openclaw/openclaw.json", { gateway: { mode: "local" } });
  const noise = crypto.getRandomValues(new Uint8Array(65_536));
  mkdirSync(home.at(".openclaw/workspace"));
  for (let n = 0; n < 400; n += 1) await Bun.write(home.at(`.openclaw/workspace/${n}`), noise);
  const child = Bun.spawn([await openclawBinary(), "backup", "create", "--output", home.at("out")], {
    env: cleanEnv(home.path),
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  await until(
    "the writing to begin",
    () => existsSync(home.at("out")) && readdirSync(home.at("out")).length > 0,
  );
  child.kill("SIGINT");
  expect(await child.exited).toBe(130);
  expect(readdirSync(home.at("out"))).toEqual([]);
});

test.skipIf(process.platform !== "linux" || process.getuid?.() !== 0)(
  "a full disk is told, and nothing of the archive is left on it",
  async () => {
    await using home = await tempHome();
    await home.write(".openclaw/openclaw.json", { gateway: { mode: "local" } });
    await Bun.write(
      home.at(".openclaw/workspace/large"),
      crypto.getRandomValues(new Uint8Array(65_536)).toBase64().repeat(60),
    );
    for (let n = 0; n < 60; n += 1) {
      await Bun.write(home.at(`.openclaw/workspace/${n}`), crypto.getRandomValues(new Uint8Array(65_536)));
    }
    const disk = home.at("disk");
    mkdirSync(disk);
    if (Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]).exitCode !== 0) return;
    try {
      const full = await runOpenclaw(["backup", "create", "--output", disk], { home: home.path });
      expect(full.code).toBe(1);
      expect(full.stderr).toContain("The disk is full");
      expect(readdirSync(disk)).toEqual([]);
    } finally {
      Bun.spawnSync(["umount", disk]);
      rmSync(disk, { recursive: true, force: true });
    }
  },
);

async function write(
  client: WireClient,
  counted: { acknowledged: number; failed: unknown },
  goesOn: () => boolean,
): Promise<void> {
  while (goesOn()) {
    const answer = await client.request("sessions.create", { label: `load ${counted.acknowledged}` });
    if (!answer.ok) {
      counted.failed = answer.error;
      return;
    }
    counted.acknowledged += 1;
  }
}

/** The labels of the sessions in a database that no page of is damaged. */
function soundLabels(path: string): Set<string> {
  using db = new Database(path, { readonly: true });
  expect(db.query("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  const text = JSON.stringify(Object.values(dump(path)));
  return new Set(text.match(/load \d+/g));
}

/** Everything in a database, by table. */
function dump(path: string): Record<string, unknown[]> {
  using db = new Database(path, { readonly: true });
  const tables = db
    .query<{ name: string }, []>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'",
    )
    .all();
  return Object.fromEntries(
    tables
      .filter(({ name }) => !name.startsWith("sqlite_"))
      .map(({ name }) => [name, db.query(`SELECT * FROM "${name}"`).all()]),
  );
}

/** The most resident memory of a run that succeeded, in bytes. */
async function peakOf(home: string, args: readonly string[]): Promise<number> {
  const child = Bun.spawn([await openclawBinary(), ...args], {
    cwd: home,
    env: cleanEnv(home),
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  expect(await child.exited).toBe(0);
  return child.resourceUsage()?.maxRSS ?? 0;
}
