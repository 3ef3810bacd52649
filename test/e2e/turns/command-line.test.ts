import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import {
  cleanEnv,
  inTerminal,
  KEY,
  openclawCommand,
  type RunResult,
  runOpenclaw,
  spawnGateway,
  type TerminalProgram,
  within,
} from "../../support/index.ts";
import { PATIENCE_MS, type TurnWorld, turnWorld } from "./support/index.ts";

let world: TurnWorld;
beforeAll(async () => {
  world = await turnWorld({ gateway: { token: null } });
}, PATIENCE_MS);
beforeEach(() => world.fake.reset());
afterAll(() => world[Symbol.asyncDispose]());

const env = () => ({ OPENCLAW_GATEWAY_PORT: String(world.gateway.port) });

function openclaw(...argv: string[]): Promise<RunResult> {
  return runOpenclaw(argv, { home: world.home.path, env: env() });
}

/** The program at a terminal of its own. */
async function atTerminal(...argv: string[]): Promise<TerminalProgram> {
  const { path } = world.home;
  return inTerminal([...(await openclawCommand()), ...argv], { cwd: path, env: cleanEnv(path, env()) });
}

const ended = (person: TerminalProgram) => within("the program to end", person.exited);

test("one turn prints its answer; --json prints how it ended", async () => {
  expect(await openclaw("agent", "--message", "Say hello")).toEqual({
    code: 0,
    stdout: "Hello from the mock model.\n",
    stderr: "",
  });
  const { stdout } = await openclaw("agent", "-m", "ECHO once more", "--session-key", "json", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    status: "ok",
    summary: "completed",
    result: { payloads: [{ text: "once more" }], meta: { agentMeta: { provider: "mock", model: "mock-1" } } },
  });
});

test("what is piped in is said", async () => {
  const { stdout } = await runOpenclaw(["agent", "-m", "-"], {
    home: world.home.path,
    env: env(),
    stdin: "ECHO from a pipe\n",
  });
  expect(stdout).toBe("from a pipe\n");
});

test("on a terminal the answer grows word by word, with the tools at work above it", async () => {
  await using person = await atTerminal("agent", "-m", 'TOOL exec {"command":"echo probe-output"}');
  expect(await ended(person)).toBe(0);
  expect(person.text()).toContain("· exec echo probe-output");
  expect(person.text()).toContain("The tool has finished.\n");
});

test("Ctrl-C ends the turn in the gateway", async () => {
  await using person = await atTerminal("agent", "-m", "SLOW words=600 please", "--session-key", "slow");
  await person.sees("word1");
  person.type(KEY.ctrlC);
  expect(await ended(person)).toBe(130);
  expect(await world.fake.requests[0]?.outcome).toBe("hung-up");
});

test("a turn whose time is up, and one whose model refuses, exit 1 and say why", async () => {
  const late = await openclaw("agent", "-m", "HANG please", "--timeout", "1", "--session-key", "late");
  expect([late.code, late.stdout]).toEqual([1, ""]);
  expect(late.stderr).toMatch(/timed? ?out/i);
  const refused = await openclaw("agent", "-m", "ERROR 400", "--session-key", "refused");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("mock/mock-1");
});

test("a conversation at a terminal: an answer, a command of the gateway, the end", async () => {
  await using person = await atTerminal("agent", "--session-key", "talk");
  await person.sees("> ");
  person.type("Say hello", KEY.enter);
  await person.sees("Hello from the mock model.");
  await person.sees("> ");
  person.type("/whoami", KEY.enter);
  await person.sees("Identity");
  await person.sees("> ");
  person.type(KEY.ctrlD);
  expect(await ended(person)).toBe(0);
  expect(world.fake.requests).toHaveLength(1);
});

test("sessions are listed, read, reset and deleted", async () => {
  await openclaw("agent", "-m", "ECHO kept", "--session-key", "notes");
  const key = "agent:main:notes";
  expect((await openclaw("sessions")).stdout).toMatch(
    /agent:main:notes +(just now|\d+s ago) +mock\/mock-1 +\S+ \(\d+%\) +done/,
  );
  const shown = await openclaw("sessions", "show", key);
  expect(shown.stdout).toContain("ECHO kept");
  expect(shown.stdout).toContain("mock/mock-1");
  expect((await openclaw("sessions", "export", "notes")).stdout.trim().split("\n").length).toBeGreaterThan(2);
  expect((await openclaw("sessions", "usage", key)).stdout).toMatch(/agent:main:notes +100 +20 +120/);
  expect(await openclaw("sessions", "reset", key)).toMatchObject({
    code: 0,
    stdout: `${key} begins anew.\n`,
  });
  expect((await openclaw("sessions", "show", key)).stdout).toContain("agent:main:notes");
  expect(await openclaw("sessions", "delete", key, "--yes")).toMatchObject({ code: 0 });
  expect((await openclaw("sessions", "show", key)).stderr).toContain(`There is no session ${key}.`);
});

test("with no model at all the built-in guide answers", async () => {
  await using gateway = await spawnGateway({ token: null });
  const { code, stdout } = await runOpenclaw(["agent", "-m", "Hello"], {
    home: gateway.home.path,
    env: { OPENCLAW_GATEWAY_PORT: String(gateway.port) },
  });
  expect(code).toBe(0);
  expect(stdout.length).toBeGreaterThan(20);
});
