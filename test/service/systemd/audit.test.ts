import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { exampleDefinition } from "./definition.ts";
import { recordedMachine } from "./machine.ts";

const DEFINITION = exampleDefinition();

/** Installs, edits the unit (or writes a drop-in), and says what an audit finds then. */
async function auditAfter(edit: (unit: string) => string, dropIn?: string) {
  await using bed = await recordedMachine();
  bed.shows();
  bed.answer("systemctl", "is-enabled", { stdout: "enabled\n" });
  await bed.service.install(DEFINITION, { force: false });
  const { path } = bed.identity;
  writeFileSync(path, edit(readFileSync(path, "utf8")));
  if (dropIn !== undefined) {
    mkdirSync(`${path}.d`);
    writeFileSync(`${path}.d/10-mine.conf`, dropIn);
  }
  const issues = await bed.service.audit(DEFINITION);
  const { command } = await bed.service.status();
  return { issues, codes: issues.map(({ code }) => code), command };
}

const CASES: readonly (readonly [
  what: string,
  from: string | RegExp,
  to: string,
  codes: readonly string[],
])[] = [
  ["nothing changed", "", "", []],
  ["After dropped", /^After=.*\n/m, "", ["systemd-after-network-online"]],
  ["Wants dropped", /^Wants=.*\n/m, "", ["systemd-wants-network-online"]],
  ["seed 156: RestartSec dropped", /^RestartSec=.*\n/m, "", ["systemd-restart-sec"]],
  ["RestartSec in other words", "RestartSec=5", "RestartSec=5000ms", []],
  ["RestartSec another", "RestartSec=5", "RestartSec=1min", ["systemd-restart-sec"]],
  ["a stop too short for the drain", "TimeoutStopSec=30", "TimeoutStopSec=10", ["systemd-stop-timeout"]],
  ["the longer stop of another version", "TimeoutStopSec=30", "TimeoutStopSec=5min 30s", []],
  ["a stop without end", "TimeoutStopSec=30", "TimeoutStopSec=infinity", []],
  ["the mode of another version", "KillMode=control-group", "KillMode=mixed", []],
  ["programs that stay", "KillMode=control-group", "KillMode=process", ["systemd-kill-mode-process-or-none"]],
  ["another start type", "Type=notify", "Type=simple", ["systemd-policy"]],
  ["endless tries on a bad configuration", /^RestartPrevent.*\n/m, "", ["systemd-policy"]],
  ["another port", "--port 18789", "--port 19001", ["gateway-port-mismatch"]],
  ["another program", "/usr/local/bin/openclaw", "/opt/old/openclaw", ["gateway-entrypoint-mismatch"]],
  ["another command", "bin/openclaw gateway", "bin/openclaw node", ["gateway-command-missing"]],
  ["no PATH", /^Environment=PATH=.*\n/m, "", ["gateway-path-missing"]],
  [
    "PATH of a version manager",
    "PATH=/usr",
    "PATH=/home/me/.nvm/versions/node/v22/bin:/usr",
    ["gateway-path-nonminimal"],
  ],
  [
    "a token for everybody to read",
    "[Install]",
    "[Service]\nEnvironment=OPENCLAW_GATEWAY_TOKEN=abc\n[Install]",
    ["gateway-token-embedded"],
  ],
  [
    "a password for everybody to read",
    "[Install]",
    "[Service]\nEnvironment='OPENCLAW_GATEWAY_PASSWORD=a b'\n[Install]",
    ["gateway-password-embedded"],
  ],
  [
    "a proxy of the shell",
    "[Install]",
    "[Service]\nEnvironment=HTTPS_PROXY=http://proxy:3128\n[Install]",
    ["gateway-proxy-env-embedded"],
  ],
  ["another version", "VERSION=2026.11.1", "VERSION=2026.10.1", ["gateway-version-mismatch"]],
];

for (const [what, from, to, codes] of CASES) {
  test(`audit: ${what}: ${codes.join(", ") || "no difference"}`, async () => {
    const found = await auditAfter((unit) => unit.replace(from, to));
    expect(found.codes).toEqual([...codes]);
    for (const { detail } of found.issues) expect(detail).toContain("openclaw-gateway.service");
  });
}

test("what a drop-in sets is the operator's will: seen, and no difference", async () => {
  const found = await auditAfter(
    (unit) => unit,
    "[Service]\nRestartSec=1\nWatchdogSec=2min\nEnvironment=LANG=de_DE.UTF-8\nTimeoutStopSec=120\n",
  );
  expect(found.codes).toEqual([]);
  expect(found.command?.environment["LANG"]).toBe("de_DE.UTF-8");
});

test("a drop-in that does harm is named, since no repair will touch it", async () => {
  const found = await auditAfter(
    (unit) => unit,
    "[Service]\nKillMode=none\nTimeoutStopSec=5\nExecStart=\nExecStart=/usr/local/bin/openclaw gateway --port 1234\n",
  );
  expect(found.codes).toEqual([
    "gateway-port-mismatch",
    "systemd-stop-timeout",
    "systemd-kill-mode-process-or-none",
  ]);
  expect(found.issues[1]?.detail).toContain("10-mine.conf, which only you change");
  expect(found.command?.programArguments).toEqual(["/usr/local/bin/openclaw", "gateway", "--port", "1234"]);
});

test("drop-ins count in the order of their names, whoever wrote them, and one name counts once", async () => {
  await using bed = await recordedMachine();
  bed.shows();
  await bed.service.install(DEFINITION, { force: false });
  const { path, name } = bed.identity;
  const [elsewhere = ""] = bed.places.userUnitDirs;
  for (const dir of [`${path}.d`, `${elsewhere}/${name}.d`]) mkdirSync(dir, { recursive: true });
  writeFileSync(`${elsewhere}/${name}.d/20-all.conf`, "[Service]\nEnvironment=A=machine B=machine\n");
  writeFileSync(`${elsewhere}/${name}.d/30-same.conf`, "[Service]\nEnvironment=C=machine\n");
  writeFileSync(`${path}.d/10-mine.conf`, "[Service]\nEnvironment=A=mine\n");
  writeFileSync(`${path}.d/30-same.conf`, "[Service]\nEnvironment=C=mine\n");
  writeFileSync(`${path}.d/README`, "[Service]\nEnvironment=D=no\n");
  const { command } = await bed.service.status();
  expect(command?.environment).toMatchObject({ A: "machine", B: "machine", C: "mine" });
  expect(command?.environment["D"]).toBeUndefined();
});

test("a value of the private file is told from one for everybody to read", async () => {
  await using bed = await recordedMachine();
  bed.shows();
  await bed.service.install(exampleDefinition({ secretEnvironment: { KEY: 'a "b" $c `d` \\e' } }), {
    force: false,
  });
  const { command } = await bed.service.status();
  expect(command?.environment["KEY"]).toBe('a "b" $c `d` \\e');
  expect(command?.environmentValueSources).toMatchObject({ KEY: "file", HOME: "inline" });
});

test("a unit written by hand, with the signs and placeholders of systemd, is understood", async () => {
  await using bed = await recordedMachine();
  bed.shows();
  mkdirSync(bed.identity.path.replace(/\/[^/]+$/, ""), { recursive: true });
  writeFileSync(
    bed.identity.path,
    [
      "[Service]",
      'ExecStart=@-"%h/bin/openclaw" my-name gateway --port \\',
      "  18789 100%% '$$HOME'",
      "WorkingDirectory=-~",
    ].join("\n"),
  );
  const home = bed.home.path;
  expect((await bed.service.status()).command).toMatchObject({
    programArguments: [`${home}/bin/openclaw`, "gateway", "--port", "18789", "100%", "$HOME"],
    workingDirectory: home,
  });
});
