import { expect, test } from "bun:test";
import { installedGateway, portArgument } from "../../../src/cli/service/facts/installed-gateway.ts";
import { publicEnvironment } from "../../../src/cli/service/facts/inspect.ts";
import { openService } from "../../../src/cli/service/seat.ts";
import { referencedVariables, secretVariables } from "../../../src/cli/service/secret-variables.ts";
import { tempHome } from "../../support/index.ts";
import { sessionIn } from "./session.ts";

test("names in a configuration are found as references, in references to the environment, and not when escaped", () => {
  const config = {
    a: "${ONE}-${TWO}",
    b: ["$THREE", "$lower", "costs $5"],
    c: { source: "env", provider: "default", id: "FOUR" },
    d: { source: "file", provider: "x", id: "FIVE" },
    e: "$${ESCAPED}",
  };
  expect([...referencedVariables(config)].sort()).toEqual(["FOUR", "ONE", "THREE", "TWO"]);
});

test("a service gets the secrets of this shell that the gateway reads, less what <state>/.env has, plus what it kept", async () => {
  await using home = await tempHome();
  await home.write(".openclaw/openclaw.json", { channels: { telegram: { botToken: "${BOT}" } } });
  await home.write(".openclaw/.env", "TELEGRAM_BOT_TOKEN=in-the-file\nOPENAI_API_KEY=\n");
  const session = sessionIn(home, {
    BOT: "bot-secret",
    TELEGRAM_BOT_TOKEN: "in-the-shell",
    OPENAI_API_KEY: "sk-1",
    OPENCLAW_GATEWAY_TOKEN: "gw",
    GITHUB_TOKEN: "not-ours",
    LD_PRELOAD: "/x",
  });
  const kept = {
    programArguments: [],
    workingDirectory: undefined,
    environment: { BOT: "old", MISTRAL_API_KEY: "kept", FORGOTTEN_TOKEN: "x", OPENCLAW_GATEWAY_PORT: "1" },
    environmentValueSources: {
      BOT: "file",
      MISTRAL_API_KEY: "file",
      FORGOTTEN_TOKEN: "file",
      OPENCLAW_GATEWAY_PORT: "inline",
    },
    sourcePath: "/x",
  } as const;
  expect(await secretVariables(session, kept)).toEqual({
    BOT: "bot-secret",
    MISTRAL_API_KEY: "kept",
    OPENAI_API_KEY: "sk-1",
    OPENCLAW_GATEWAY_TOKEN: "gw",
  });
});

test("seed 107, 113: the expected port is the wish, the environment's, the configuration's, then the profile's", async () => {
  await using home = await tempHome();
  const portOf = async (env: Record<string, string>, wish?: number) => {
    const seat = await openService(
      sessionIn(home, { OPENCLAW_SERVICE_MANAGER: "systemd", PATH: home.at("none"), ...env }),
    );
    return portArgument((await seat.expected({ port: wish })).programArguments);
  };
  expect(await portOf({})).toBe(18_789);
  expect(await portOf({ OPENCLAW_PROFILE: "rescue" })).toBe(23_532);
  expect(await portOf({ OPENCLAW_PROFILE: "dev" })).toBe(19_001);
  await home.write(".openclaw/openclaw.json", { gateway: { port: 18_795 } });
  expect(await portOf({})).toBe(18_795);
  expect(await portOf({ OPENCLAW_GATEWAY_PORT: "18796" })).toBe(18_796);
  expect(await portOf({ OPENCLAW_GATEWAY_PORT: "18796" }, 18_797)).toBe(18_797);
});

test("a definition is read as its gateway would: its port, its folders, its configuration", async () => {
  await using home = await tempHome();
  await home.write("b/openclaw.json", { gateway: { port: 18_900 } });
  const session = sessionIn(home, { OPENCLAW_GATEWAY_PORT: "1", OPENCLAW_GATEWAY_TOKEN: "of-the-shell" });
  const environment = { OPENCLAW_STATE_DIR: home.at("b") };
  const by = (programArguments: string[], more: Record<string, string> = {}) =>
    installedGateway(session, { programArguments, environment: { ...environment, ...more } });
  const plain = by(["/usr/bin/openclaw", "gateway"]);
  expect([plain.port, plain.portSource, plain.session.paths.stateDir]).toEqual([
    18_900,
    "env/config",
    home.at("b"),
  ]);
  expect(plain.session.env.gateway.token).toBeUndefined();
  const inEnv = by(["openclaw", "gateway"], { OPENCLAW_GATEWAY_PORT: "19500" });
  expect([inEnv.port, inEnv.portSource]).toEqual([19_500, "service env"]);
  const inArgs = by(["openclaw", "gateway", "--port=19600"], { OPENCLAW_GATEWAY_PORT: "19500" });
  expect([inArgs.port, inArgs.portSource]).toEqual([19_600, "service args"]);
  expect(by(["openclaw", "gateway", "--port=19600", "--port", "19700"]).port).toBe(19_700);
});

test("no secret of a definition is shown, wherever it stands", () => {
  const shown = publicEnvironment({
    programArguments: [],
    workingDirectory: undefined,
    environment: { HOME: "/h", OPENCLAW_GATEWAY_TOKEN: "t0k", SOME_API_KEY: "k3y", BOT: "b0t" },
    environmentValueSources: {
      HOME: "inline",
      OPENCLAW_GATEWAY_TOKEN: "inline",
      SOME_API_KEY: "inline",
      BOT: "file",
    },
    sourcePath: "/x",
  });
  expect(shown).toEqual({ HOME: "/h", OPENCLAW_GATEWAY_TOKEN: "***", SOME_API_KEY: "***" });
});
