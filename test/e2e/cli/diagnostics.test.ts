import { expect, test } from "bun:test";
import { statSync } from "node:fs";
import { hostname } from "node:os";
import { crc32, inflateRawSync } from "node:zlib";
import { freePort, runOpenclaw, spawnGateway, tempHome } from "../../support/index.ts";

/** Values that nobody but their owner may see; each stands where such a value would. */
const CANARIES = {
  token: "gwtoken-canary-0123456789abcdef",
  bot: "123456789:AAFcanaryCanaryCanaryCanaryCanary12",
  key: "sk-ant-canary-0123456789abcdef",
  person: "4915112345678",
  account: "mothers-account",
  words: "you are the canary of the house",
  inEnv: "envsecret-canary-0123456789",
  said: "Bearer canarybearer0123456789",
} as const;

/** The files of a zip archive, read from its central directory as the format's description has it. */
function filesOf(zip: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    expect(zip.readUInt32LE(at)).toBe(0x02014b50);
    const [crc, packed, nameLength] = [16, 20, 28].map((offset) => zip.readUInt32LE(at + offset));
    const name = zip.toString("ascii", at + 46, at + 46 + (Number(nameLength) & 0xffff));
    const local = zip.readUInt32LE(at + 42);
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const content = inflateRawSync(zip.subarray(begin, begin + Number(packed)));
    expect(crc32(content)).toBe(Number(crc));
    files.set(name, content.toString("utf8"));
    at += 46 + (Number(nameLength) & 0xffff);
  }
  return files;
}

test("diagnostics export writes a private archive that helps, up or down, and holds no secret, no name and no word of a person", async () => {
  await using home = await tempHome();
  const port = await freePort();
  await home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local", port, auth: { mode: "token", token: CANARIES.token } },
    logging: { file: home.at("gateway.log") },
    env: { vars: { MY_CANARY_NAME: CANARIES.inEnv } },
    agents: { entries: { main: { name: CANARIES.words } } },
    models: { providers: { mine: { baseUrl: "https://models.canary.example", apiKey: CANARIES.key } } },
    channels: {
      telegram: {
        enabled: false,
        dmPolicy: "allowlist",
        allowFrom: [Number(CANARIES.person)],
        accounts: { [CANARIES.account]: { enabled: false, botToken: CANARIES.bot } },
      },
    },
  });
  await using gateway = await spawnGateway({ home, token: null, port });
  const leak = Object.values(CANARIES).join(" and ");
  const line = {
    level: "error",
    time: new Date().toISOString(),
    message: `it failed on ${hostname()}: ${leak}`,
  };
  await Bun.write(home.at("gateway.log"), `${JSON.stringify(line)}\n`);
  await home.write(".openclaw/logs/gateway-restart.log", `[now] openclaw gateway lifecycle ${leak}\n`);
  const run = (...argv: string[]) =>
    runOpenclaw(["gateway", "diagnostics", "export", ...argv], { home: home.path });

  const { code, stdout } = await run("--json");
  const { path, manifest } = JSON.parse(stdout);
  expect(code).toBe(0);
  expect(path).toStartWith(home.at(".openclaw/support/openclaw-diagnostics-"));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const files = filesOf(Buffer.from(await Bun.file(path).arrayBuffer()));
  expect([...files.keys()].slice(1)).toEqual(manifest.files.map((file: { path: string }) => file.path));
  for (const [name, text] of files) {
    for (const canary of Object.values(CANARIES))
      expect({ name, text }).not.toEqual({ name, text: expect.stringContaining(canary) });
    for (const word of ["canary", home.path, hostname()])
      expect({ name, text }).not.toEqual({ name, text: expect.stringContaining(word) });
  }
  const json = (name: string) => JSON.parse(files.get(name) ?? "null");
  expect(json("health/gateway-health.json")).toMatchObject({ ok: true, agents: 1 });
  expect(json("status/gateway-status.json")).toMatchObject({ gateway: { running: "running", port } });
  expect(json("config/sanitized.json")).toMatchObject({
    gateway: { mode: "local", port, auth: { mode: "token", token: "<text>" } },
    channels: {
      telegram: {
        dmPolicy: "allowlist",
        allowFrom: "<list of 1>",
        accounts: { "<name 1>": { enabled: false } },
      },
    },
  });
  expect(files.get("logs/openclaw-sanitized.jsonl")).toContain("it failed on <host>");
  expect(files.get("stability/lifecycle.log")).toContain("openclaw gateway lifecycle");
  expect(files.get("summary.md")).toContain("Gateway answers: yes");

  const taken = await run("--output", path);
  expect([taken.code, taken.stderr]).toEqual([1, expect.stringContaining("is there already")]);
  await gateway.stop();
  const down = await run("--output", home.at("help.zip"), "--no-stability-bundle", "--log-lines", "0");
  expect(down.code).toBe(0);
  expect(down.stderr).toContain("Nothing of the gateway itself is in it. Gateway not reachable");
  const fewer = filesOf(Buffer.from(await Bun.file(home.at("help.zip")).arrayBuffer()));
  expect(fewer.get("summary.md")).toContain("Gateway answers: no");
  expect(fewer.has("stability/lifecycle.log")).toBe(false);
  expect(fewer.get("logs/openclaw-sanitized.jsonl")).toBe("");
}, 20_000);

test("usage-cost tells tokens and their price, of one agent or of all", async () => {
  await using gateway = await spawnGateway();
  const run = (...argv: string[]) =>
    runOpenclaw(["gateway", "usage-cost", "--port", String(gateway.port), ...argv], {
      home: gateway.home.path,
      env: { OPENCLAW_GATEWAY_TOKEN: gateway.token ?? "" },
    });
  const { code, stdout } = await run("--days", "7");
  expect([code, stdout]).toEqual([0, "Usage cost (7 days)\nTotal: $0.00 · 0 tokens\n"]);
  const all = JSON.parse((await run("--all-agents", "--json")).stdout);
  expect(all).toMatchObject({ days: 30, totals: { totalTokens: 0 }, cacheStatus: { status: "fresh" } });
  const both = await run("--agent", "main", "--all-agents");
  expect([both.code, both.stderr]).toEqual([1, expect.stringContaining("not both")]);
});
