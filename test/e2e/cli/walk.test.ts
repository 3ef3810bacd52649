import { expect, test } from "bun:test";
import { type Command } from "../../../src/cli/command.ts";
import { ROOT } from "../../../src/cli/commands/index.ts";
import { freePort, runOpenclaw, spawnGateway, tempHome } from "../../support/index.ts";

/** Every example that can be run as it is: no placeholder, no pipe, nothing that stays in the foreground. */
function examples(command: Command = ROOT): string[][] {
  const own = command.examples.map(({ command: line }) => line);
  return [
    ...own
      .filter(
        (line) =>
          line.startsWith("openclaw ") &&
          !/[<>|]|--follow|^openclaw (?:--dev )?gateway(?: run| --|$)/.test(line),
      )
      .map((line) =>
        [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)]
          .slice(1)
          .map((match) => match[1] ?? match[2] ?? match[3] ?? ""),
      ),
    ...command.subcommands.flatMap(examples),
  ];
}

/** Hundreds of commands one after the other; a busy machine takes a fifth of a second for each. */
const EXAMPLES_TIMEOUT_MS = 180_000;

/** Five examinations of a machine. */
const EXAMINATIONS_TIMEOUT_MS = 20_000;

test(
  "every example, run on an empty home without a gateway, does its work or says what to do",
  async () => {
    await using home = await tempHome();
    const env = { OPENCLAW_GATEWAY_PORT: String(await freePort()) };
    const all = examples();
    expect(all.length).toBeGreaterThan(40);
    for (const argv of all) {
      const { code, stdout, stderr } = await runOpenclaw(argv, { home: home.path, env });
      const line = argv.join(" ");
      // Of secrets, scripts are told what cannot be stored or resolved apart from what went wrong.
      const refusal = /^secrets (?:store|audit)\b/.test(line) ? 2 : 1;
      expect([line, code]).toEqual([line, code === 0 ? 0 : refusal]);
      expect(`${line}: ${stdout}${stderr}`).not.toMatch(/\n\s+at .+:\d+:\d+|undefined|\[object Object\]|NaN/);
      if (code === 0 || stdout !== "") continue;
      if (stderr.startsWith("{")) {
        expect(JSON.parse(stderr)).toMatchObject({ type: "error", hint: expect.any(String) });
        continue;
      }
      // The first line says what happened; the next one, what to do.
      expect(`${line}: ${stderr.trim().split("\n").length > 1}`).toBe(`${line}: true`);
    }
  },
  EXAMPLES_TIMEOUT_MS,
);

test("each kind of failure is one JSON document on stdout, and nothing on stderr", async () => {
  await using gateway = await spawnGateway();
  const home = gateway.home.path;
  const cases: [type: string, argv: string[]][] = [
    ["cli_error", ["config", "set", "gateway.prt", "1"]],
    ["cli_error", ["gateway", "health", "--timeout", "soon"]],
    ["cli_error", ["nosuch"]],
    ["gateway_credentials_required", ["health", "--url", gateway.wsUrl]],
    ["gateway_transport_error", ["health", "--port", String(await freePort())]],
    ["gateway_request_error", ["health", "--port", String(gateway.port), "--token", "wrong"]],
  ];
  for (const [type, argv] of cases) {
    const { code, stdout, stderr } = await runOpenclaw([...argv, "--json"], { home });
    expect([argv.join(" "), code, stderr]).toEqual([argv.join(" "), 1, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { type, message: expect.any(String) } });
  }
});

test(
  "colour is for terminals, FORCE_COLOR asks for it, NO_COLOR and --no-color end it",
  async () => {
    await using home = await tempHome();
    const coloured = async (argv: string[], env: Record<string, string>) => {
      const { stdout, stderr } = await runOpenclaw(argv, { home: home.path, env: { NO_COLOR: "", ...env } });
      return `${stdout}${stderr}`.includes("\u001b[");
    };
    expect(await coloured(["doctor"], {})).toBe(false);
    expect(await coloured(["doctor"], { FORCE_COLOR: "1" })).toBe(true);
    expect(await coloured(["doctor"], { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
    expect(await coloured(["doctor", "--no-color"], { FORCE_COLOR: "1" })).toBe(false);
    expect(await coloured(["doctor", "--json"], { FORCE_COLOR: "1" })).toBe(false);
  },
  EXAMINATIONS_TIMEOUT_MS,
);

test("a gateway that refuses the secret is not told as one that is down", async () => {
  await using gateway = await spawnGateway();
  const argv = ["gateway", "probe", "--port", String(gateway.port), "--token", "wrong"];
  const { code, stdout, stderr } = await runOpenclaw(argv, { home: gateway.home.path });
  expect(code).toBe(1);
  expect(stdout + stderr).toContain("did not let this command in");
  expect(stderr).toContain("openclaw gateway auth-token");
  expect(stderr).not.toContain("Start a gateway");
});
