import { expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { dirname } from "node:path";
import type { TempHome } from "../../support/index.ts";
import { serviceBed, type ServiceBed } from "../service/bed.ts";
import { runMasked } from "./rig.ts";

setDefaultTimeout(60_000);

const CONFIG = { gateway: { mode: "local", auth: { mode: "token", token: "t".repeat(30) } } };

/** A file of somebody else, and a link to it at each of the places. */
async function plant(home: TempHome, places: readonly string[], link = symlinkSync) {
  for (const [at, place] of places.entries()) {
    const victim = await home.write(`victim/${at}`, `mine ${at}\n`);
    chmodSync(victim, 0o644);
    const path = home.at(place);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    rmSync(path, { force: true });
    link(victim, path);
  }
  chmodSync(home.at("victim"), 0o755);
  return () =>
    readdirSync(home.at("victim")).map((name) => {
      const { mode } = lstatSync(home.at("victim", name));
      return `${name} ${(mode & 0o777).toString(8)} ${readFileSync(home.at("victim", name), "utf8")}`;
    });
}

function run(bed: ServiceBed, line: string) {
  return runMasked(bed.home, line.split(" "), {
    env: { ...bed.systemd.env, OPENCLAW_GATEWAY_PORT: `${bed.port}` },
  });
}

test("nothing is written, closed or removed through a link that stands in the place of a file", async () => {
  await using bed = await serviceBed(CONFIG);
  const victims = await plant(bed.home, [
    ".openclaw/logs/gateway-restart.log",
    ".openclaw/openclaw.json.bak",
    ".openclaw/openclaw.json.last-good",
    ".openclaw/state/openclaw.sqlite",
    ".openclaw/gateway.systemd.env",
    ".openclaw/onboarding.json",
    ".openclaw/tmp/restart.json",
    ".config/systemd/user/openclaw-gateway.service",
    ".config/systemd/user/openclaw-gateway.service.bak",
  ]);
  const before = victims();
  const codes: (readonly [string, number | null])[] = [];
  for (const line of [
    "gateway install --force --json",
    "config set logging.level debug",
    "gateway install --force --json --port 1",
    "doctor --fix --non-interactive --json",
    "gateway stop --json",
    "security audit --fix --json",
    "onboard --non-interactive --accept-risk --auth-choice skip --skip-daemon --skip-health --json",
    "reset --scope full --yes --non-interactive",
    "gateway uninstall --json",
    "uninstall --all --yes --non-interactive",
  ])
    codes.push([line, (await run(bed, line)).code]);
  expect(victims()).toEqual(before);
  // What a backup of a definition is, is a file of its own.
  expect(codes.filter(([line]) => /^(?:config|gateway stop|gateway uninstall)/.test(line))).toEqual([
    ["config set logging.level debug", 0],
    ["gateway stop --json", 0],
    ["gateway uninstall --json", 0],
  ]);
});

test("a configuration is not locked by a file of somebody else", async () => {
  await using bed = await serviceBed(CONFIG);
  const victims = await plant(bed.home, [".openclaw/.openclaw.json.lock"]);
  const before = victims();
  const { code, stderr } = await run(bed, "config set logging.level debug");
  expect([code, stderr.includes("is a link")]).toEqual([1, true]);
  expect(victims()).toEqual(before);
});

test("doctor and the audit close what is ours, and say of links what they lead to", async () => {
  await using bed = await serviceBed(CONFIG);
  const { home } = bed;
  await home.write("shared/whatsapp.json", "theirs");
  chmodSync(home.at("shared"), 0o755);
  chmodSync(home.at("shared", "whatsapp.json"), 0o644);
  chmodSync(home.at(".openclaw", "openclaw.json"), 0o644);
  symlinkSync(home.at("shared"), home.at(".openclaw", "credentials"));
  const victims = await plant(home, [".openclaw/.env"], linkSync);
  const before = victims();
  const modes = () =>
    ["shared", "shared/whatsapp.json", ".openclaw/openclaw.json"].map((name) =>
      (lstatSync(home.at(name)).mode & 0o777).toString(8),
    );
  const look = await run(bed, "doctor --json");
  expect(modes()).toEqual(["755", "644", "644"]);
  expect(look.stdout).toContain("is a link to");
  const fixed = await run(bed, "doctor --fix --non-interactive --json");
  expect(fixed.stdout).toContain("another name elsewhere");
  await run(bed, "security audit --fix --json");
  expect(modes()).toEqual(["755", "644", "600"]);
  expect(victims()).toEqual(before);
});

test("a state folder that is a link is looked at where it leads", async () => {
  await using bed = await serviceBed();
  const { home } = bed;
  await home.write("elsewhere/openclaw.json", CONFIG);
  chmodSync(home.at("elsewhere"), 0o777);
  symlinkSync(home.at("elsewhere"), home.at(".openclaw"));
  const { stdout } = await run(bed, "doctor --json");
  expect(stdout).toContain("which is open to other users (mode 777)");
});

test("a backup takes no place that a link has, and is restored through none", async () => {
  await using bed = await serviceBed(CONFIG);
  const { home } = bed;
  const victims = await plant(home, ["out/taken.tar.gz"]);
  symlinkSync(home.at("victim", "absent"), home.at("out", "dangling.tar.gz"));
  mkdirSync(home.at("empty"));
  symlinkSync(home.at("empty"), home.at("out", "target"));
  const before = victims();
  const codes = [
    await run(bed, "backup create --output out/taken.tar.gz"),
    await run(bed, "backup create --output out/dangling.tar.gz"),
    await run(bed, "backup create --output out/good.tar.gz"),
    await run(bed, "backup restore out/good.tar.gz --target out/target"),
  ].map(({ code }) => code);
  expect(codes).toEqual([1, 1, 0, 1]);
  expect(victims()).toEqual(before);
  expect(readdirSync(home.at("empty"))).toEqual([]);
  expect(readdirSync(home.at("out")).toSorted()).toEqual([
    "dangling.tar.gz",
    "good.tar.gz",
    "taken.tar.gz",
    "target",
  ]);
});
