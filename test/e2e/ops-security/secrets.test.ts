import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync, utimesSync } from "node:fs";
import { serviceBed, UNIT } from "../service/bed.ts";
import { freePort, tempHome, until } from "../../support/index.ts";
import { startProgram } from "../program.ts";
import { commandLines, everything, recordingTools, runMasked, told } from "./rig.ts";

setDefaultTimeout(90_000);

const SECRETS = {
  token: "canary-token-71c2f6e0a9",
  telegram: "4242:canary_telegram_9f3a7c51",
  model: "sk-canary-model-0b2d4f6h8j",
  modelInEnv: "sk-canary-openai-5e6f7a8b9c",
  hooks: "canary-hooks-2b8e4d11",
  address: "canary-address-c771",
  remote: "canary-remote-88aa21",
  foreign: "canary-aws-secret-4421",
} as const;

const ALL = Object.values(SECRETS);

/** What a person or a script types in a day. */
const DAY: readonly string[] = [
  "gateway install --json",
  "gateway install",
  "gateway status",
  "gateway status --deep",
  "gateway status --deep --json",
  "gateway probe",
  "gateway probe --json",
  "status --all",
  "status --json",
  "health --verbose",
  "doctor",
  "doctor --deep --json",
  "security audit --deep",
  "security audit --deep --json",
  "secrets audit --json",
  "config get gateway",
  "config get channels --json",
  "config get models --json",
  "config validate --json",
  "models status --json",
  "channels status --json",
  "logs --limit 200",
  "backup create --verify --json",
  "reset --dry-run --scope full",
  "uninstall --all --dry-run",
  "gateway restart --json",
  "doctor --fix --non-interactive --json",
  "gateway stop",
  "gateway status --json",
  "gateway start --json",
  "gateway install --force --json",
  "onboard --non-interactive --accept-risk --auth-choice skip --skip-daemon --skip-health --json",
];

/** What leaves files; the rest is not done a second time. */
const WRITES = /install|backup|restart|start|stop|--fix|onboard/;

for (const umask of ["000", "077"]) {
  test(`a day of operations tells no secret to anybody, and opens no file to others, under umask ${umask}`, async () => {
    const port = await freePort();
    await using bed = await serviceBed({
      gateway: {
        mode: "local",
        port,
        auth: { mode: "token", token: SECRETS.token },
        remote: { url: `wss://me:${SECRETS.address}@127.0.0.1:9`, token: SECRETS.remote },
      },
      channels: { telegram: { enabled: true, botToken: SECRETS.telegram, apiRoot: "http://127.0.0.1:9" } },
      hooks: { enabled: true, token: SECRETS.hooks },
      logging: { level: "trace" },
      models: {
        providers: {
          canary: {
            baseUrl: "http://127.0.0.1:9/v1",
            api: "openai-completions",
            apiKey: SECRETS.model,
            models: [{ id: "m", name: "m" }],
          },
        },
      },
    });
    const { home, systemd } = bed;
    const supervisor = (name: string) => `exec '${home.at("fake-bin", name)}' "$@"`;
    const tools = await recordingTools(home, {
      systemctl: supervisor("systemctl"),
      journalctl: supervisor("journalctl"),
      loginctl: supervisor("loginctl"),
      lsof: "exit 1",
      git: "exit 1",
      sync: "exit 0",
      tailscale: "exit 1",
    });
    const env = {
      ...systemd.env,
      PATH: `${tools.folder}:${systemd.env["PATH"] ?? ""}`,
      OPENAI_API_KEY: SECRETS.modelInEnv,
      AWS_SECRET_ACCESS_KEY: SECRETS.foreign,
      OPENCLAW_DEBUG: "1",
    };
    const leaks: string[] = [];
    const look = (where: string, text: string) =>
      leaks.push(...told(text, ALL).map((secret) => `${where}: ${secret}`));
    const seen = new Set<string>();
    const watch = () => {
      for (const line of commandLines()) {
        if (seen.has(line)) continue;
        seen.add(line);
        look("argv", line);
      }
    };
    const failures: string[] = [];
    for (const line of umask === "000" ? DAY : DAY.filter((one) => WRITES.test(one))) {
      const { code, stdout, stderr } = await runMasked(home, line.split(" "), { env, umask, watch });
      look(line, stdout + stderr);
      if (code !== 0 && !/^(?:health|doctor|security|secrets|logs|status|models)/.test(line))
        failures.push(`${line}: ${code} ${stdout}${stderr}`);
      // Exactly one document: parsing it fails the test otherwise.
      if (line.includes("--json")) JSON.parse(stdout);
    }
    expect(failures).toEqual([]);
    look("tools", tools.seen());
    look("unit", await bed.unit());
    look("journal", systemd.journal(UNIT));
    const pid = Number(readFileSync(home.at(".fake-systemd", "run", UNIT), "utf8"));
    process.kill(pid, "SIGABRT");

    const mayHold = /\/\.openclaw\/(?:openclaw\.json(?:\.|$)|gateway\.systemd\.env$)/;
    const loose: string[] = [];
    // The doubles and the shells' folders are not the program's.
    for (const [path, mode, kind] of everything(
      home,
      /^(?:fake-bin|tools|tools\.log|\.fake-systemd|\.bun)/,
    )) {
      const units = /\/\.config(?:\/|$)/.test(path);
      if ((mode & (units && kind === "folder" ? 0o022 : 0o077)) !== 0)
        loose.push(`${path} ${mode.toString(8)}`);
      if (kind === "file" && existsSync(path) && !mayHold.test(path) && !path.endsWith(".tar.gz"))
        look(path, readFileSync(path, "latin1"));
    }
    expect(leaks).toEqual([]);
    expect(loose).toEqual([]);
    expect(readFileSync(home.at(".openclaw", "gateway.systemd.env"), "utf8")).not.toContain(SECRETS.foreign);
  });
}

test("the page that signs a browser in is private, is all that the browser's command line tells, and goes with Ctrl-C", async () => {
  await using home = await tempHome();
  const tools = await recordingTools(home, { "xdg-open": "exit 0" });
  const left = await home.write(".openclaw/tmp/dashboard-0011223344556677.html", SECRETS.token);
  utimesSync(left, 0, 0);
  await using dashboard = await startProgram(["dashboard"], {
    home,
    prefix: ["/bin/sh", "-c", 'umask 000; exec "$@"', "sh"],
    env: {
      PATH: tools.folder,
      DISPLAY: ":0",
      OPENCLAW_GATEWAY_URL: `wss://me:${SECRETS.address}@gateway.invalid/?key=${SECRETS.foreign}`,
      OPENCLAW_GATEWAY_TOKEN: SECRETS.remote,
    },
  });
  await until("the browser", () => tools.seen().includes("== xdg-open"));
  const pages = () => readdirSync(home.at(".openclaw", "tmp")).filter((name) => name.endsWith(".html"));
  const [page = "", ...more] = pages();
  expect(more).toEqual([]);
  expect(readFileSync(home.at(".openclaw", "tmp", page), "utf8")).toContain(SECRETS.remote);
  expect(statSync(home.at(".openclaw", "tmp", page)).mode & 0o777).toBe(0o600);
  expect(told(tools.seen() + dashboard.output() + commandLines().join("\n"), ALL)).toEqual([]);
  dashboard.signal("SIGINT");
  await dashboard.exited;
  expect(pages()).toEqual([]);
  expect(told(dashboard.output(), ALL)).toEqual([]);
});
