import { expect, test } from "bun:test";
import { KEY, runOpenclaw, spawnGateway, within } from "../../support/index.ts";
import { BeginWorld } from "./world.ts";

const PATIENCE = 60_000;

test(
  "a gateway elsewhere is tried before it is written down: a wrong secret is told, the right one works from then on",
  async () => {
    await using gateway = await spawnGateway();
    await using world = await BeginWorld.open();
    const url = `ws://127.0.0.1:${gateway.port}`;
    await using terminal = world.terminal("onboard", "--accept-risk", "--mode", "remote");
    await terminal.sees("How shall it be set up?");
    terminal.type(KEY.enter);
    await terminal.sees("Address of the gateway");
    terminal.type(`http://x${KEY.enter}`);
    await terminal.sees("wss://gateway.example");
    terminal.type(KEY.backspace.repeat(8), url, KEY.enter);
    await terminal.sees("Its token or password");
    terminal.type(`wrong-token-0123${KEY.enter}`);
    await terminal.sees("cannot be used");
    await terminal.sees("Address of the gateway");
    terminal.type(url, KEY.enter);
    await terminal.sees("Its token or password");
    terminal.type(gateway.token ?? "", KEY.enter);
    await terminal.sees("answers");
    expect(await within("the end", terminal.exited)).toBe(0);
    expect(terminal.recording()).not.toContain(gateway.token ?? "no token");
    expect(await world.config()).toMatchObject({ gateway: { mode: "remote", remote: { url } } });
    // The variable of these tests names another gateway.
    const health = await runOpenclaw(["health", "--json"], { home: world.home.path });
    expect([health.code, JSON.parse(health.stdout).ok]).toEqual([0, true]);

    // Kept as it is, nothing is installed or started here for it.
    const env = { OPENCLAW_GATEWAY_PORT: "" };
    await using again = world.terminalWith(env, "onboard", "--accept-risk", "--skip-ui");
    await again.sees("There is a configuration already.");
    again.type(KEY.enter);
    await again.sees("The gateway answers at");
    expect(await within("the end", again.exited)).toBe(0);
    expect(again.text()).not.toContain("service");
  },
  PATIENCE,
);

test(
  "openclaw qr draws a code for one device, which has no secret of the gateway in it",
  async () => {
    await using gateway = await spawnGateway();
    const env = { OPENCLAW_GATEWAY_PORT: String(gateway.port), OPENCLAW_GATEWAY_TOKEN: gateway.token ?? "" };
    const run = (...args: readonly string[]) =>
      runOpenclaw(["qr", ...args], { home: gateway.home.path, env });
    const shown = await run("--public-url", "wss://gateway.example");
    expect([shown.code, shown.stdout]).toEqual([
      0,
      expect.stringMatching(/█[^]*Setup code: \S+\nGateway: wss:/),
    ]);
    expect(shown.stdout).not.toContain(gateway.token ?? "no token");
    const json = JSON.parse(
      (await run("--json", "--limited", "--public-url", "wss://gateway.example")).stdout,
    );
    expect(json).toMatchObject({ access: "limited", gatewayUrl: "wss://gateway.example" });
    const only = await run("--setup-code-only", "--public-url", "wss://gateway.example");
    expect(only.stdout).toMatch(/^\S+\n$/);
  },
  PATIENCE,
);
