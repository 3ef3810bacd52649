import { expect, test } from "bun:test";
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { ended, runOpenclaw, spawnGateway, tempHome, until } from "../../support/index.ts";

const CONFIG = ".openclaw/openclaw.json";

interface Report {
  readonly ok: boolean;
  readonly findings: readonly { checkId: string; severity: string; message: string }[];
  readonly skipped: readonly { checkId: string }[];
}

async function doctor(home: string, ...args: string[]): Promise<Report> {
  const { stdout, stderr, code } = await runOpenclaw(["doctor", "--json", ...args], { home });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Report;
}

test("a start on a broken configuration names doctor, doctor --fix --yes restores it, and the gateway starts", async () => {
  await using home = await tempHome();
  await home.write(CONFIG, { gateway: { mode: "local" } });
  // A gateway that came up on it keeps it as the last good one.
  await using first = await spawnGateway({ home });
  const port = first.port;
  await first.stop();
  writeFileSync(home.at(CONFIG), `{ gateway: { mode: "local", prot: 1 } }`);
  await using refused = await spawnGateway({ home, port, waitReady: false });
  expect(await ended(refused)).toBe(78);
  expect(refused.output()).toContain("openclaw doctor");
  const fixed = await runOpenclaw(["doctor", "--fix", "--yes"], { home: home.path });
  expect(fixed.code).toBe(0);
  expect(fixed.stdout).toContain("Restored ~/.openclaw/openclaw.json");
  expect(readdirSync(home.at(".openclaw")).filter((name) => name.includes(".broken."))).toHaveLength(1);
  await using again = await spawnGateway({ home, port });
  await until("word that it is ready", () => again.output().includes("ready"));
});

test("beside a running gateway doctor asks the gateway and leaves its database alone", async () => {
  await using home = await tempHome();
  await using gateway = await spawnGateway({ home });
  const before = readdirSync(home.at(".openclaw/state")).sort();
  const lock = home.at(".openclaw/tmp", `openclaw-${process.getuid?.() ?? 0}`, "gateway.state.lock");
  const owner = readFileSync(lock, "utf8");
  const report = await doctor(home.path, "--fix", "--yes", "--skip", "port", "--skip", "disk");
  expect(report.findings.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(report.skipped.map(({ checkId }) => checkId)).toContain("store-recovery");
  expect(readdirSync(home.at(".openclaw/state")).sort()).toEqual(before);
  expect(readFileSync(lock, "utf8")).toBe(owner);
  expect((await fetch(`${gateway.httpUrl}/readyz`)).status).toBe(200);
});

test("a gateway on a repaired database is reported as not ready, past any proxy; seen once stopped, it is fine", async () => {
  await using home = await tempHome();
  await home.write(CONFIG, { gateway: { mode: "local" } });
  chmodSync(home.at(".openclaw"), 0o700);
  await home.write(".openclaw/state/openclaw.sqlite", "no database ".repeat(500));
  await using gateway = await spawnGateway({ home, waitReady: false });
  const only = ["--only", "store"];
  await until("doctor to hear of the repair", async () => {
    const { findings } = await doctor(home.path, ...only);
    return findings.some(({ message }) => message.includes("not ready") && message.includes("damaged"));
  });
  const proxied = await runOpenclaw(["doctor", "--json", ...only], {
    home: home.path,
    env: { HTTP_PROXY: "http://127.0.0.1:1", http_proxy: "http://127.0.0.1:1" },
  });
  expect(proxied.stdout).toContain("not ready");
  await gateway.stop();
  await runOpenclaw(["doctor", "--fix", "--only", "store-recovery"], { home: home.path });
  expect((await doctor(home.path, "--only", "store", "--only", "store-recovery")).findings).toEqual([]);
});

test("on an empty home every check has something to say, and none of it is a failure", async () => {
  await using home = await tempHome();
  const empty = await runOpenclaw(["doctor"], { home: home.path });
  expect(empty.code).toBe(0);
  expect(empty.stdout).toContain("Configuration");
  expect(empty.stderr).not.toContain("Error");
});
