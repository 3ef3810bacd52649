import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { CHECKS } from "../../src/cli/doctor/checks.ts";
import { timeFindings } from "../../src/cli/doctor/clock.ts";
import { configDiff } from "../../src/cli/doctor/config-diff.ts";
import { spaceFindings } from "../../src/cli/doctor/disk.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { silentLogger } from "../../src/lib/logger.ts";
import { openStore } from "../../src/store/index.ts";
import { arrived, delivery } from "../store/channels-contract.ts";
import { freePort, PROJECT_DIR, type TempHome, tempHome, until } from "../support/index.ts";
import { cli, type CliWorld } from "./in-process.ts";

const CONFIG = ".openclaw/openclaw.json";
const TOKEN = "0123456789abcdef0123456789abcdef0123456789abcdef";
const GOOD = JSON.stringify({ gateway: { mode: "local", auth: { token: TOKEN } } }, null, 2);

interface Report {
  readonly ok: boolean;
  readonly checksRun: number;
  readonly findings: readonly {
    readonly checkId: string;
    readonly severity: string;
    readonly message: string;
    readonly target?: string;
    readonly fixable: boolean;
    readonly fixHint: string | null;
    readonly repair?: { readonly state: string; readonly message: string };
  }[];
  readonly skipped: readonly { readonly checkId: string; readonly reason: string }[];
  readonly failed: readonly { readonly checkId: string; readonly message: string }[];
}

async function doctor(
  home: TempHome,
  args: readonly string[] = [],
  world: Partial<CliWorld> = {},
): Promise<Report & { readonly code: number }> {
  const run = await cli(["doctor", "--json", ...args], { home: home.path, ...world });
  return { ...(JSON.parse(run.stdout) as Report), code: run.code };
}

async function homeWith(config: string): Promise<TempHome> {
  const home = await tempHome();
  await home.write(CONFIG, config);
  chmodSync(home.at(".openclaw"), 0o700);
  chmodSync(home.at(CONFIG), 0o600);
  return home;
}

test("every check has an id of its own, a title and a reason", () => {
  const ids = CHECKS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, title, reason } of CHECKS) {
    expect(id).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect(title).not.toBe("");
    expect(reason).toEndWith(".");
  }
});

test("docs/cli/doctor.md names every check with its reason", async () => {
  const page = (await Bun.file(`${PROJECT_DIR}/docs/cli/doctor.md`).text()).replaceAll(/ +/g, " ");
  for (const { id, title, reason } of CHECKS) expect(page).toContain(`| \`${id}\` | ${title} | ${reason} |`);
});

test("a sound installation has no finding worse than a note, in the documented shape", async () => {
  // Others on this machine may have the usual ports.
  const gateway = { mode: "local", port: await freePort(), auth: { token: TOKEN } };
  await using home = await homeWith(JSON.stringify({ gateway }));
  // These tell of the machine that the test runs on.
  const machine = ["port", "canvas-port", "disk", "programs", "service", "supervisor", "other-services"];
  const report = await doctor(
    home,
    machine.flatMap((id) => ["--skip", id]),
  );
  expect(report).toMatchObject({
    schemaVersion: 1,
    ok: true,
    code: 0,
    checksRun: CHECKS.length - machine.length,
    checksSkipped: 0,
    failed: [],
  });
  expect(report.findings.filter(({ severity }) => severity !== "info")).toEqual([]);
});

test("findings are no failure: the exit code is 0, and nothing is changed without --fix", async () => {
  await using home = await homeWith(`{ gateway: { mode: "local", prot: 1 } }`);
  chmodSync(home.at(".openclaw"), 0o755);
  writeFileSync(home.at(`${CONFIG}.last-good`), GOOD, { mode: 0o600 });
  const { code, stdout, stderr } = await cli(["doctor"], { home: home.path, tty: true, answer: () => true });
  expect(code).toBe(0);
  expect(stderr).toContain("openclaw doctor --fix");
  expect(stdout).toContain("line 1");
  expect(readFileSync(home.at(CONFIG), "utf8")).toContain("prot");
  expect(statSync(home.at(".openclaw")).mode & 0o777).toBe(0o755);
  for (const line of stdout.split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
});

test("an unknown check is refused with the nearest one, before anything is looked at", async () => {
  await using home = await tempHome();
  const { code, stderr } = await cli(["doctor", "--only", "confg"], { home: home.path });
  expect(code).toBe(1);
  expect(stderr).toContain("Did you mean config?");
});

describe("a broken configuration", () => {
  const BROKEN = `{\n  gateway: { mode: "local", auth: { token: "${TOKEN}" }, prot: 18789 },\n}\n`;

  test("names the place and the nearest key", async () => {
    await using home = await homeWith(BROKEN);
    const { findings } = await doctor(home, ["--only", "config"]);
    expect(findings[0]).toMatchObject({ checkId: "config", severity: "error", fixable: false });
    expect(findings[0]?.message).toContain("line 2");
    expect(findings[0]?.message).toContain("port");
    expect(findings[0]?.fixHint).toContain("openclaw config validate");
  });

  test("is replaced by the last good one when a person agrees, and kept beside it; secrets stay hidden", async () => {
    await using home = await homeWith(BROKEN);
    writeFileSync(home.at(`${CONFIG}.last-good`), GOOD, { mode: 0o600 });
    const questions: string[] = [];
    const run = await cli(["doctor", "--fix", "--only", "config"], {
      home: home.path,
      tty: true,
      answer: (question) => questions.push(question) > 0,
    });
    expect(run.code).toBe(0);
    expect(questions).toEqual([expect.stringContaining("last configuration that worked")]);
    expect(run.stdout).toContain("prot: 18789");
    expect(run.stdout).not.toContain(TOKEN);
    expect(readFileSync(home.at(CONFIG), "utf8")).toBe(GOOD);
    const kept = readdirSync(home.at(".openclaw")).filter((name) => name.includes(".broken."));
    expect(kept).toHaveLength(1);
    expect(readFileSync(home.at(".openclaw", kept[0] ?? ""), "utf8")).toBe(BROKEN);
    expect(statSync(home.at(".openclaw", kept[0] ?? "")).mode & 0o777).toBe(0o600);
  });

  test("stays when nobody agrees or nobody can be asked, and goes with --yes", async () => {
    await using home = await homeWith(BROKEN);
    writeFileSync(home.at(`${CONFIG}.last-good`), GOOD, { mode: 0o600 });
    const fix = ["--fix", "--only", "config"];
    await cli(["doctor", ...fix], { home: home.path, tty: true, answer: () => false });
    await cli(["doctor", "--non-interactive", ...fix], { home: home.path, tty: true, answer: () => true });
    const left = await doctor(home, fix, { answer: () => true });
    expect(left.findings[0]?.repair).toMatchObject({ state: "left" });
    expect(left).toMatchObject({ code: 0, ok: false });
    expect(readFileSync(home.at(CONFIG), "utf8")).toBe(BROKEN);
    const done = await doctor(home, [...fix, "--yes"]);
    expect(done.findings[0]?.repair).toMatchObject({ state: "done" });
    expect(readFileSync(home.at(CONFIG), "utf8")).toBe(GOOD);
  });

  test("is not replaced by a last good one that is broken itself, nor through a read-only setting", async () => {
    await using home = await homeWith(BROKEN);
    writeFileSync(home.at(`${CONFIG}.last-good`), `{ nonsense`, { mode: 0o600 });
    expect((await doctor(home, ["--only", "config"])).findings[0]?.fixable).toBe(false);
    writeFileSync(home.at(`${CONFIG}.last-good`), GOOD);
    const env = { OPENCLAW_CONFIG_READONLY: "1" };
    expect((await doctor(home, ["--only", "config"], { env })).findings[0]?.fixable).toBe(false);
  });
});

test("the shown difference holds no secret, even of a file that cannot be parsed", () => {
  const before = `{\n  "gateway": { "auth": { "token": "${TOKEN}", password: 'plain-password-1'\n`;
  const lines = configDiff(before, GOOD, JSON.parse(GOOD)).join("\n");
  expect(lines).not.toContain(TOKEN);
  expect(lines).not.toContain("plain-password-1");
  expect(lines).toContain('+   "gateway": {');
});

test("open files and folders are reported and closed by --fix", async () => {
  await using home = await homeWith(GOOD);
  mkdirSync(home.at(".openclaw/credentials"), { mode: 0o755 });
  writeFileSync(home.at(".openclaw/credentials/gateway-token"), TOKEN, { mode: 0o644 });
  chmodSync(home.at(CONFIG), 0o644);
  const before = await doctor(home, ["--only", "permissions"]);
  expect(before.findings).toHaveLength(3);
  expect(before.findings.every(({ fixable }) => fixable)).toBe(true);
  const fixed = await doctor(home, ["--only", "permissions", "--fix"]);
  expect(fixed).toMatchObject({ ok: true, code: 0 });
  expect((await doctor(home, ["--only", "permissions"])).findings).toEqual([]);
  expect(statSync(home.at(CONFIG)).mode & 0o777).toBe(0o600);
  expect(statSync(home.at(".openclaw/credentials")).mode & 0o777).toBe(0o700);
});

test("authentication that is off, missing, ambiguous or short is reported by how much harm it does", async () => {
  const cases: [auth: object, bind: string, severity: string | undefined, words: string][] = [
    [{ mode: "none" }, "loopback", "warning", "every program"],
    [{ mode: "none" }, "lan", "error", "refuses to start"],
    [{ mode: "password" }, "loopback", "error", "no password"],
    [{ token: TOKEN, password: "a-long-enough-password" }, "loopback", "warning", "gateway.auth.mode is not"],
    [{ token: "short" }, "loopback", "warning", "can be guessed"],
    [{ token: "short" }, "lan", "error", "can be guessed"],
    [{}, "loopback", "info", "first start makes one"],
    [{ token: "${NO_SUCH_VARIABLE}" }, "loopback", "error", "could not be resolved"],
    [{ token: TOKEN }, "lan", undefined, ""],
  ];
  for (const [auth, bind, severity, words] of cases) {
    await using home = await homeWith(JSON.stringify({ gateway: { mode: "local", bind, auth } }));
    const { findings } = await doctor(home, ["--only", "gateway-auth"]);
    expect(findings[0]?.severity).toBe(severity);
    expect(findings[0]?.message ?? "").toContain(words);
  }
});

test("a lock that a dead gateway left is a note, and --fix removes it", async () => {
  await using home = await homeWith(GOOD);
  const lock = home.at(".openclaw/tmp", `openclaw-${process.getuid?.() ?? 0}`, "gateway.state.lock");
  await home.write(lock.slice(home.path.length + 1), { pid: 2 ** 22 + 1, ownerId: "gone", startTime: 1 });
  const { findings } = await doctor(home, ["--only", "locks"]);
  expect(findings).toMatchObject([{ severity: "info", fixable: true }]);
  await doctor(home, ["--only", "locks", "--fix"]);
  expect(existsSync(lock)).toBe(false);
});

test("a port that somebody else holds is an error that names the process", async () => {
  using listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  await using home = await homeWith(GOOD);
  const env = { OPENCLAW_GATEWAY_PORT: String(listener.port) };
  const look = () => doctor(home, ["--only", "port"], { env });
  if (Bun.which("lsof") === null) {
    expect((await look()).skipped[0]?.reason).toContain("lsof");
    return;
  }
  // On a busy machine it may be late, and then nothing is said of the port.
  const { findings } = await until("lsof to answer in time", async () => {
    const report = await look();
    return report.skipped.length === 0 && report;
  });
  expect(findings).toMatchObject([
    { severity: "error", message: expect.stringContaining(`pid ${process.pid}`) },
  ]);
});

test("a damaged state database is an error; --fix sets it aside, and a second --fix notes that it was seen", async () => {
  await using home = await homeWith(GOOD);
  const place = ".openclaw/state/openclaw.sqlite";
  await home.write(place, "this is no database at all, but it is long enough to look like one".repeat(20));
  const found = await doctor(home, ["--only", "store"]);
  expect(found.findings).toMatchObject([{ severity: "error", fixable: true }]);
  expect(readFileSync(home.at(place), "utf8")).toContain("no database");
  const fixed = await doctor(home, ["--only", "store", "--fix"]);
  expect(fixed.findings[0]?.repair).toMatchObject({ state: "done" });
  const told = await doctor(home, ["--only", "store", "--only", "store-recovery"]);
  expect(told.findings).toMatchObject([{ checkId: "store-recovery", severity: "warning", fixable: true }]);
  await doctor(home, ["--only", "store-recovery", "--fix"]);
  expect((await doctor(home, ["--only", "store-recovery"])).findings).toEqual([]);
  expect(readdirSync(home.at(".openclaw/state")).some((name) => name.includes(".corrupt-"))).toBe(true);
});

test("little room is a warning, almost none an error, enough is nothing", () => {
  expect(spaceFindings(5 * 1_024 ** 3, "/", "/")).toEqual([]);
  expect(spaceFindings(500 * 1_024 ** 2, "/", "/")).toMatchObject([{ severity: "warning" }]);
  expect(spaceFindings(1_024, "/", "/")).toMatchObject([{ severity: "error" }]);
});

test("a clock before the program was built is an error, one before a written file a warning", () => {
  const now = Date.UTC(2026, 0, 1);
  const day = 86_400_000;
  const known = { builtAt: Number.NaN, newestFileAt: 0 };
  expect(timeFindings(now, known)).toEqual([]);
  expect(timeFindings(now, { ...known, builtAt: now + day })).toMatchObject([{ severity: "error" }]);
  expect(timeFindings(now, { ...known, newestFileAt: now + day })).toMatchObject([{ severity: "warning" }]);
});

test("a log file that is a link is reported", async () => {
  await using home = await tempHome();
  symlinkSync(home.at("elsewhere"), home.at("gateway.log"));
  await home.write(CONFIG, { gateway: { mode: "local" }, logging: { file: home.at("gateway.log") } });
  const { findings } = await doctor(home, ["--only", "log-file"]);
  expect(findings).toMatchObject([{ severity: "warning", message: expect.stringContaining("is a link") }]);
});

test("other state folders are notes and stay untouched", async () => {
  await using home = await homeWith(GOOD);
  await home.write(".openclaw-rescue/openclaw.json", {});
  await home.write(".clawdbot/clawdbot.json", {});
  await home.write(".openclaw-empty/workspace-rescue/SOUL.md", "");
  const { findings } = await doctor(home, ["--only", "other-gateways"]);
  const messages = findings.map(({ message }) => message).join("\n");
  expect(messages).toContain("~/.openclaw-rescue");
  expect(messages).toContain("~/.clawdbot");
  expect(messages).not.toContain("empty");
  expect(findings.every(({ severity, fixable }) => severity === "info" && !fixable)).toBe(true);
});

test("a check that cannot look, or a repair that fails, exits 1 and says so", async () => {
  await using home = await tempHome();
  // A state folder that is a file: nothing below it can be read or made.
  writeFileSync(home.at(".openclaw"), "not a folder");
  const report = await doctor(home);
  expect(report.code).toBe(1);
  expect(report.ok).toBe(false);
  expect(report.failed.length).toBeGreaterThan(0);
});

describe("channels", () => {
  const only = ["--only", "channels"];
  const withTelegram = (telegram: object) =>
    JSON.stringify({ gateway: { mode: "local", auth: { token: TOKEN } }, channels: { telegram } });

  test("without an account there is nothing to find", async () => {
    await using home = await homeWith(GOOD);
    expect(await doctor(home, only)).toMatchObject({ checksRun: 1, findings: [], failed: [] });
  });

  test("a token file others can read is closed by --fix; one that is not there keeps the account from starting", async () => {
    await using home = await homeWith(withTelegram({ tokenFile: "~/bot-token" }));
    const missing = await doctor(home, only);
    expect(missing.findings).toMatchObject([
      { severity: "error", message: expect.stringContaining("does not exist") },
    ]);
    await home.write("bot-token", "4242:a-token-of-a-bot-0123456789");
    chmodSync(home.at("bot-token"), 0o644);
    expect((await doctor(home, only)).findings).toMatchObject([
      { severity: "warning", message: expect.stringContaining("open to other users"), fixable: true },
    ]);
    await doctor(home, [...only, "--fix"]);
    expect(statSync(home.at("bot-token")).mode & 0o777).toBe(0o600);
    expect((await doctor(home, only)).findings).toEqual([]);
  });

  test("a setting that does not do what it says is named with its path and what to do; no token is shown", async () => {
    const botToken = "4242:a-token-of-a-bot-0123456789";
    await using home = await homeWith(withTelegram({ botToken, allowFrom: ["@ann"] }));
    const report = await doctor(home, only);
    expect(report.findings).toMatchObject([
      { severity: "warning", target: expect.stringContaining("channels.telegram.allowFrom") },
    ]);
    expect(report.findings[0]?.fixHint).not.toBeNull();
    expect(JSON.stringify(report)).not.toContain(botToken);
  });

  test("messages that wait for a person are counted", async () => {
    await using home = await homeWith(withTelegram({ botToken: "4242:a-token-of-a-bot-0123456789" }));
    const path = home.at(".openclaw/state/openclaw.sqlite");
    mkdirSync(home.at(".openclaw/state"), { mode: 0o700 });
    const store = await openStore({ path, clock: systemClock, log: silentLogger });
    const [put] = await store.outbox.put([delivery(1)]);
    await store.outbox.end(put?.row.id ?? 0, "dead", "the chat is gone");
    const [row] = await store.inbox.accept([arrived(1)]);
    await store.inbox.bury([row?.id ?? 0], "five times");
    await store.close();
    const { findings } = await doctor(home, only);
    expect(findings.map(({ message }) => message)).toEqual([
      "1 message could not be delivered.",
      "1 message came in and could not be answered.",
    ]);
    expect(findings[0]?.fixHint).toContain("openclaw message queue");
  });
});
