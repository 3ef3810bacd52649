import { describe, expect, test } from "bun:test";
import { logFilePath, readEnv, resolvePaths } from "../../../src/config/index.ts";
import { tempHome, within } from "../../support/index.ts";
import { askedGateway, Refused } from "../asked.ts";
import { cli } from "../in-process.ts";

const HOUR_MS = 3_600_000;

/** Nobody is given this one by chance, and nobody has it on purpose. */
const NOBODYS_PORT = 1;

const STATUS = {
  ts: 1,
  channelOrder: ["telegram"],
  channelLabels: { telegram: "Telegram" },
  channelAccounts: {
    telegram: [
      {
        accountId: "default",
        enabled: true,
        configured: true,
        running: true,
        lifecycle: "ready",
        lastInboundAt: Date.now() - 61_000,
        self: { id: "4242", username: "our_bot" },
        probe: { ok: true },
      },
      { accountId: "work", name: "Work", enabled: true, configured: true, running: false },
      {
        accountId: "lab",
        enabled: true,
        configured: true,
        running: true,
        lifecycle: "recovering",
        lastError: "no way to api.telegram.org",
        probe: { ok: false, error: "unauthorized" },
      },
      { accountId: "old", enabled: false, configured: true },
    ],
  },
  warnings: ["telegram:lab probe failed: unauthorized", "messages cannot be stored: the disk is full"],
  statusIssues: [
    {
      channel: "telegram",
      accountId: "lab",
      kind: "runtime",
      message: "Telegram cannot be reached. ".repeat(5).trim(),
      fix: "openclaw doctor",
    },
  ],
};

describe("channels status", () => {
  test("shows how every account is, what is wrong and what mends it, in 80 columns", async () => {
    await using gateway = await askedGateway({ "channels.status": () => STATUS });
    const { code, stdout } = await gateway.run(["channels", "status", "--probe"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Telegram\s+default @our_bot\s+ready\s+1m ago\s+-\s+works$/m);
    expect(stdout).toMatch(/^Telegram\s+work \(Work\)\s+stopped/m);
    expect(stdout).toMatch(/^Telegram\s+old\s+disabled/m);
    expect(stdout).toMatch(/^Telegram\s+lab\s+recovering\s+-\s+-\s+failed$/m);
    expect(stdout).toContain("! telegram lab: Telegram cannot be reached.");
    expect(stdout).toContain("! telegram lab: Probe failed: unauthorized");
    expect(stdout).toContain("! Messages cannot be stored: the disk is full");
    expect(stdout).not.toContain("telegram:lab probe failed");
    expect(stdout).toContain("\n  openclaw doctor\n");
    for (const line of stdout.split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
    expect(gateway.scopes()).toEqual(["operator.read"]);
    expect(gateway.asked[0]?.params).toEqual({ probe: true, timeoutMs: 60_000 });
    expect((await gateway.json(["channels", "status", "--channel", "Telegram"])).out).toEqual(STATUS);
    expect(gateway.asked[1]?.params).toMatchObject({ probe: false, channel: "telegram" });
  });

  test("without a gateway the configuration is told at once, and that is no failure", async () => {
    await using home = await tempHome();
    await home.write(".openclaw/openclaw.json", {
      gateway: { mode: "local" },
      channels: { telegram: { botToken: "4242:AAE-a-token-of-a-bot-000000000000", accounts: { work: {} } } },
    });
    const env = { OPENCLAW_GATEWAY_PORT: String(NOBODYS_PORT) };
    const path = home.at(".openclaw", "openclaw.json");
    // A probe of the accounts itself may take a minute.
    const { code, stdout, stderr } = await within(
      "the answer",
      cli(["channels", "status", "--probe"], { home: home.path, env }),
    );
    expect([code, stdout]).toEqual([
      0,
      "Gateway not reachable; showing config-only status.\n" +
        "Config: ~/.openclaw/openclaw.json\nMode: local\n- Telegram default: enabled\n- Telegram work: not configured\n",
    ]);
    expect(stderr).toContain("openclaw gateway run");
    expect(
      JSON.parse((await cli(["channels", "status", "--json"], { home: home.path, env })).stdout),
    ).toEqual({
      gatewayReachable: false,
      error: expect.stringContaining("not reachable"),
      gatewayAuthUnavailable: false,
      configOnly: true,
      config: { path, mode: "local" },
      configuredChannels: ["telegram"],
    });
  });

  test("an account that the gateway has not taken up yet is not told as one that nobody has", async () => {
    const none = { ...STATUS, channelAccounts: {}, warnings: [], statusIssues: [] };
    await using gateway = await askedGateway({ "channels.status": () => none });
    const empty = await gateway.run(["channels", "status"]);
    expect(empty.stdout).toContain("No channel has an account.");
    await gateway.run(["channels", "add", "whatsapp"]);
    const { code, stdout, stderr } = await gateway.run(["channels", "status"]);
    expect([code, stdout]).toEqual([0, "The gateway has no account yet.\n"]);
    expect(stderr).toContain("In the configuration, and not in the gateway yet: WhatsApp default");
    expect(stderr).toContain("openclaw gateway restart");
    const elsewhere = await gateway.run(["channels", "status", "--url", gateway.url, "--token", "t"]);
    expect(elsewhere.stdout).toContain("No channel has an account.");
  });

  test("a missing credential is told as such; a gateway that refuses is no gateway that is down", async () => {
    await using gateway = await askedGateway({
      "channels.status": () => new Refused("unknown channel: x", {}, "INVALID_REQUEST"),
    });
    const { code, out } = await gateway.json(["channels", "status", "--url", gateway.url]);
    expect([code, out.gatewayReachable, out.gatewayAuthUnavailable]).toEqual([0, false, true]);
    const refused = await gateway.run(["channels", "status", "--channel", "x"]);
    expect([refused.code, refused.stderr]).toEqual([1, "unknown channel: x\n"]);
  });
});

describe("channels start, stop and logout", () => {
  const place = { channel: "telegram", accountId: "work" };

  test("act on one account, as its owner", async () => {
    await using gateway = await askedGateway({
      "channels.start": () => ({ ...place, started: true, outcome: { status: "handed-off" } }),
      "channels.stop": () => ({ ...place, stopped: true }),
      "channels.logout": () => ({ ...place, cleared: true, loggedOut: false, envToken: true }),
    });
    const start = await gateway.run(["channels", "start", "telegram", "--account", "work"]);
    expect(start.stdout).toBe("Started Telegram account work.\n");
    const stop = await gateway.run(["channels", "stop", "--channel", "telegram", "--account", "work"]);
    expect(stop.stdout).toBe("Stopped Telegram account work.\n");
    expect(stop.stderr).toBe("Start it again: openclaw channels start telegram --account work\n");
    const logout = await gateway.run(["channels", "logout", "telegram", "--account", "work"]);
    expect(logout.stdout).toBe("Logged Telegram account work out; its token is forgotten.\n");
    expect(logout.stderr).toContain("unset TELEGRAM_BOT_TOKEN");
    expect(gateway.asked.map(({ method, params }) => [method, params])).toEqual([
      ["channels.start", place],
      ["channels.stop", place],
      ["channels.logout", place],
    ]);
    expect(gateway.scopes()).toEqual(["operator.admin"]);
  });

  test("an account that does not start says why, and the exit code says so", async () => {
    await using gateway = await askedGateway({
      "channels.start": () => ({
        ...place,
        started: false,
        outcome: { status: "skipped", reason: "disabled" },
      }),
    });
    const { code, stderr } = await gateway.run(["channels", "start", "telegram", "--account", "work"]);
    expect(code).toBe(1);
    expect(stderr).toContain("Telegram account work was not started: disabled");
    expect((await gateway.json(["channels", "start", "telegram"])).code).toBe(1);
  });
});

test("channels logs picks what was logged about channels", async () => {
  await using home = await tempHome();
  const { code, stdout } = await cli(["channels", "logs", "--channel", "telegram"], { home: home.path });
  expect([code, stdout]).toEqual([0, "There is no log file of today.\n"]);
  const json = await cli(["channels", "logs", "--json"], { home: home.path });
  expect(JSON.parse(json.stdout)).toEqual({ file: null, channel: "all", lines: [] });
});

test("what shared rooms logged of a channel belongs to it as well, with what was told beside the message", async () => {
  await using home = await tempHome();
  // Of the usual place, so that it goes away with the home.
  await home.write(".openclaw/openclaw.json", {});
  const paths = resolvePaths(readEnv({ HOME: home.path }));
  const at = Date.now();
  const line = (subsystem: string, message: string, fields?: object) =>
    JSON.stringify({ time: "2026-01-02T03:04:05.678Z", level: "info", subsystem, message, fields });
  const lines = [
    line("gateway", "ready"),
    line("channels/telegram/default", "connected", { as: "@our_bot" }),
    line("channels/inbound", "a group called", { channel: "telegram", chatId: "-100" }),
    line("channels/inbound", "another platform", { channel: "other" }),
    line("channels", "pairing requested", { channel: "telegram" }),
  ];
  // The commands run today, or, should midnight come meanwhile, tomorrow.
  for (const file of new Set([at, at + HOUR_MS].map((time) => logFilePath(paths, time))))
    await Bun.write(file, lines.join("\n"));
  const { stdout } = await cli(["channels", "logs", "--channel", "telegram"], { home: home.path });
  expect(
    stdout
      .trimEnd()
      .split("\n")
      .map((one) => one.split(" info ")[1]),
  ).toEqual([
    "channels/telegram/default connected as=@our_bot",
    "channels/inbound a group called channel=telegram chatId=-100",
    "channels pairing requested channel=telegram",
  ]);
  const all = await cli(["channels", "logs"], { home: home.path });
  expect(all.stdout).toContain("another platform");
  expect(all.stdout).not.toContain("ready");
});
