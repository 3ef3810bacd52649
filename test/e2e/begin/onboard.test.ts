import { expect, test } from "bun:test";
import { statSync } from "node:fs";
import { KEY, type TerminalProgram, within } from "../../support/index.ts";
import { ANSWER, BeginWorld, KEY_OF_MODEL } from "./world.ts";

/** Many programs are started one after the other, each on a busy machine. */
const PATIENCE = 60_000;

/** What a person sees, and what they type then. */
type Turn = readonly [sees: string, types: (world: BeginWorld) => string];

const QUICK_START: readonly Turn[] = [
  ["I understand, and want to go on", () => KEY.enter],
  ["How shall it be set up?", () => KEY.enter],
  // The last but one of the ways, whatever else was found.
  ["Which model shall answer?", () => KEY.up + KEY.up + KEY.enter],
  ["Address of the server", ({ model }) => model.openAiUrl + KEY.enter],
  ["Name of the model", () => `mock-1${KEY.enter}`],
  ["Its API key", () => KEY_OF_MODEL + KEY.enter],
  ["Connect a chat", () => KEY.down + KEY.enter],
  ["Token of the bot", ({ bot }) => bot.token + KEY.enter],
  ["Start the gateway in this terminal now?", () => KEY.enter],
  ["Say something to your agent", () => KEY.enter],
];

/** The same without Telegram. */
const WITHOUT_CHAT = QUICK_START.map(([sees, types]): Turn => [
  sees,
  sees === "Connect a chat" ? () => KEY.enter : types,
]).filter(([sees]) => sees !== "Token of the bot");

async function goOn(world: BeginWorld, terminal: TerminalProgram, turns: readonly Turn[]): Promise<void> {
  for (const [sees, types] of turns) {
    await terminal.sees(sees);
    terminal.type(types(world));
  }
}

function expectNoSecrets(world: BeginWorld, terminal: TerminalProgram): void {
  const recording = terminal.recording();
  for (const secret of [KEY_OF_MODEL, world.bot.token, KEY_OF_MODEL.slice(-8), world.bot.token.slice(-8)])
    expect(recording.includes(secret)).toBe(false);
}

test(
  "onboarding on an empty home ends with the first answer of a running gateway, and shows no secret",
  async () => {
    await using world = await BeginWorld.open();
    await using terminal = world.terminal("onboard");
    await goOn(world, terminal, QUICK_START);
    await terminal.sees(ANSWER);
    await terminal.sees("The gateway runs in this terminal");
    const health = await world.script(["health", "--json"]);
    expect([health.code, health.stderr]).toEqual([0, ""]);
    expect(JSON.parse(health.stdout)).toMatchObject({
      ok: true,
      channels: { telegram: { configured: true } },
    });
    terminal.type(KEY.ctrlC);
    expect(await within("the end", terminal.exited)).toBe(0);
    expectNoSecrets(world, terminal);

    expect(terminal.text()).toContain("The bot is @");
    expect(terminal.text()).toContain("openclaw pairing approve telegram <code>");
    const id = `custom-127-0-0-1-${world.model.port}`;
    expect(await world.config()).toMatchObject({
      gateway: { mode: "local", auth: { mode: "token", token: "<48 hex digits>" } },
      agents: { defaults: { model: { primary: `${id}/mock-1` } } },
      models: { providers: { [id]: { api: "openai-completions" } } },
      channels: { telegram: { enabled: true, botToken: world.bot.token } },
    });
    // Credentials of models are in the database, which is private as the rest is.
    expect(JSON.stringify(await world.config())).not.toContain(KEY_OF_MODEL);
    expect(statSync(world.home.at(".openclaw", "openclaw.json")).mode & 0o777).toBe(0o600);
    expect(world.has(".openclaw", "workspace", "AGENTS.md")).toBe(true);
    expect(world.has(".openclaw", "onboarding.json")).toBe(false);
  },
  PATIENCE,
);

test(
  "onboarding that is left at any question goes on there, and asks nothing twice but secrets",
  async () => {
    await using world = await BeginWorld.open();
    let asked = 0;
    for (const [at, [sees]] of QUICK_START.entries()) {
      await using terminal = world.terminal("onboard");
      // What the last run was left at is answered now; everything before it was.
      const before = QUICK_START.slice(0, at);
      const [lastSees, lastTypes] = before.at(-1) ?? [];
      if (lastSees !== undefined && lastTypes !== undefined) {
        await terminal.sees(lastSees);
        terminal.type(lastTypes(world));
      }
      await terminal.sees(sees);
      const told = terminal.text();
      for (const [earlier] of before.slice(0, -1)) if (told.includes(earlier)) asked++;
      terminal.type(KEY.ctrlC);
      expect([sees, await within("the end", terminal.exited)]).toEqual([sees, 130]);
      expectNoSecrets(world, terminal);
      // Whatever is there, is whole.
      const config = await world.script(["config", "validate", "--json"]);
      expect([sees, JSON.parse(config.stdout).valid]).toEqual([sees, true]);
      const kept = world.has(".openclaw", "onboarding.json")
        ? await Bun.file(world.home.at(".openclaw", "onboarding.json")).text()
        : "";
      for (const secret of [KEY_OF_MODEL, world.bot.token]) expect(kept).not.toContain(secret);
    }
    expect(asked).toBe(0);
    await using terminal = world.terminal("onboard");
    await terminal.sees(/Done so far: risk, workspace, model, gateway,\s+│?\s*channels/);
    await goOn(world, terminal, QUICK_START.slice(-2));
    await terminal.sees(ANSWER);
    await terminal.sees("The gateway runs in this terminal");
    terminal.type(KEY.ctrlC);
    expect(await within("the end", terminal.exited)).toBe(0);
  },
  PATIENCE,
);

test(
  "a script writes the same configuration as a person who takes what is offered",
  async () => {
    await using world = await BeginWorld.open();
    await using terminal = world.terminal("onboard");
    await goOn(world, terminal, WITHOUT_CHAT);
    await terminal.sees("The gateway runs in this terminal");
    terminal.type(KEY.ctrlC);
    await within("the end", terminal.exited);
    const byPerson = await world.config();

    await world.home.write(".openclaw/openclaw.json", {
      channels: { telegram: { apiRoot: world.telegram.apiRoot } },
    });
    const flags = `--auth-choice custom-api-key --custom-base-url ${world.model.openAiUrl} --custom-model-id mock-1`;
    const script = await world.script(
      ["onboard", "--non-interactive", "--accept-risk", "--skip-daemon", "--json", ...flags.split(" ")],
      { CUSTOM_API_KEY: KEY_OF_MODEL },
    );
    expect([script.code, script.stderr]).toEqual([0, ""]);
    expect(JSON.parse(script.stdout)).toEqual({
      ok: true,
      mode: "local",
      workspace: world.home.at(".openclaw", "workspace"),
      authChoice: "custom-api-key",
      model: `custom-127-0-0-1-${world.model.port}/mock-1`,
      gateway: {
        port: Number(world.env["OPENCLAW_GATEWAY_PORT"]),
        bind: "loopback",
        authMode: "token",
        tailscaleMode: "off",
      },
      installDaemon: false,
      skipSkills: false,
      skipHealth: false,
    });
    expect(script.stdout).not.toContain(KEY_OF_MODEL);
    expect(await world.config()).toEqual(byPerson);
  },
  PATIENCE,
);

test(
  "a key that is refused is told and nothing of it is kept, and another way can be chosen",
  async () => {
    await using world = await BeginWorld.open();
    await using terminal = world.terminal("onboard", "--accept-risk", "--flow", "quickstart", "--skip-ui");
    await goOn(world, terminal, QUICK_START.slice(2, 5));
    await terminal.sees("Its API key");
    terminal.type("sk-wrong-0123456789abcdef", KEY.enter);
    await terminal.sees("That does not work");
    terminal.type(KEY.enter);
    await terminal.sees("Which model shall answer?");
    expect(world.has(".openclaw", "state", "openclaw.sqlite-wal")).toBe(false);
    expect(JSON.stringify(await world.config())).not.toContain("mock-1");
    terminal.type(KEY.up, KEY.enter);
    await terminal.sees("the built-in guide answers");
    await terminal.sees("Connect a chat");
    terminal.type(KEY.enter);
    await terminal.sees("Start the gateway in this terminal now?");
    terminal.type(KEY.down, KEY.enter);
    expect(await within("the end", terminal.exited)).toBe(0);
    expect(terminal.recording()).not.toContain("sk-wrong");
    expect(await world.config()).toMatchObject({ gateway: { mode: "local" } });
  },
  PATIENCE,
);

test(
  "without a terminal nothing hangs: exit 1, and the flags to use",
  async () => {
    await using world = await BeginWorld.open();
    for (const [line, says] of [
      ["onboard", "--non-interactive --accept-risk"],
      ["setup", "setup --baseline"],
      ["configure", "openclaw config set <path> <value>"],
      ["config", "openclaw config set <path> <value>"],
      ["onboard --non-interactive", "--accept-risk"],
    ] as const) {
      const { code, stdout, stderr } = await world.script(line.split(" "));
      expect([line, code, stdout]).toEqual([line, 1, ""]);
      expect(stderr).toContain(says);
    }
    const bare = await world.script([]);
    expect([bare.code, bare.stdout]).toEqual([0, expect.stringContaining("Usage: openclaw")]);
  },
  PATIENCE,
);
