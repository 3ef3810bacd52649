import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isAlive, spawnGateway, until, type WireClient } from "../../support/index.ts";
import { type TurnWorld, turnWorld } from "./support/index.ts";

const KEY = "agent:main:main";

/** Killed processes are gone when the system has come to it, not when it was asked. */
async function allGone(pids: readonly number[]): Promise<void> {
  await until("the processes to be gone", () => !pids.some(isAlive));
}

let turns = 0;

/** A turn whose model calls one tool; what the tool answered is what the model was sent next. */
async function toolTurn(world: TurnWorld, operator: WireClient, tool: string, args: object): Promise<string> {
  turns += 1;
  const idempotencyKey = `tool-turn-${turns}`;
  const before = world.fake.requests.length;
  await operator.call("chat.send", {
    sessionKey: KEY,
    message: `TOOL ${tool} ${JSON.stringify(args)}`,
    idempotencyKey,
  });
  const answered = await until("the model's second call", () => world.fake.requests[before + 1]);
  await operator.call("agent.wait", { runId: idempotencyKey });
  return answered.toolResults.at(-1)?.text ?? "";
}

test("the compiled gateway runs commands without a secret of its own, in pipes and in a terminal", async () => {
  const env = { OPENAI_API_KEY: "canary-one", OPENCLAW_SOMETHING: "canary-two", HF_TOKEN: "canary-three" };
  await using world = await turnWorld({ gateway: { env } });
  await using operator = await world.operator();
  const run = (args: object) => toolTurn(world, operator, "exec", args);
  expect(await run({ command: "echo 1 > /dev/stdout; echo 2 | tee /dev/stderr; exit 3" })).toBe(
    "1\n2\n2\n\n(Command exited with code 3)",
  );
  for (const pty of [false, true]) {
    const said = await run({ command: "env; test -t 0 && echo terminal", pty });
    expect(said).toContain("OPENCLAW_SHELL=exec");
    expect(said).not.toContain("canary");
    expect(said.includes("terminal")).toBe(pty);
  }
});

test("files go through the workspace, and no further", async () => {
  await using world = await turnWorld();
  await using operator = await world.operator();
  const outside = await world.home.write("outside.txt", "canary");
  expect(await toolTurn(world, operator, "write", { path: "a/b.txt", content: "hello" })).toContain(
    "Wrote 5 bytes",
  );
  expect(await toolTurn(world, operator, "read", { path: "a/b.txt" })).toBe("hello");
  const refused = await toolTurn(world, operator, "read", { path: outside });
  expect(refused).toContain("outside");
  expect(refused).not.toContain("canary");
});

test("chat.abort ends a command with children that ignore SIGTERM, and the turn", async () => {
  await using world = await turnWorld();
  await using operator = await world.operator();
  const stubborn = "trap '' TERM; while :; do sleep 0.05; done";
  const command = `trap '' TERM; for i in 1 2; do bash -c "${stubborn}" & echo pid=$!; done; wait`;
  await operator.call("chat.send", {
    sessionKey: KEY,
    message: `TOOL exec ${JSON.stringify({ command })}`,
    idempotencyKey: "to-be-aborted",
  });
  const pids = await until("two children", () => {
    const heard = JSON.stringify(operator.frames);
    const found = new Set([...heard.matchAll(/pid=(\d+)/g)].map((match) => Number(match[1])));
    return found.size === 2 && [...found];
  });
  await operator.call("chat.abort", { sessionKey: KEY });
  await allGone(pids);
  expect(await operator.call("agent.wait", { runId: "to-be-aborted" })).toMatchObject({ status: "timeout" });
});

test("B16: no command outlives the gateway", async () => {
  let pid = 0;
  {
    await using world = await turnWorld();
    await using operator = await world.operator();
    const said = await toolTurn(world, operator, "exec", {
      command: "trap '' TERM; echo started; while :; do sleep 0.05; done",
      background: true,
    });
    pid = Number(/pid (\d+)/.exec(said)?.[1]);
    expect(isAlive(pid)).toBe(true);
  }
  await allGone([pid]);
});

test("B16: after a gateway that was killed, the next one ends its commands, whatever they started and wherever that went", async () => {
  await using world = await turnWorld();
  const born = world.home.at("born");
  {
    await using operator = await world.operator();
    const loop = "while :; do sleep 0.05; done";
    await toolTurn(world, operator, "exec", {
      command: `setsid bash -c 'trap "" TERM; echo $$ >> ${born}; ${loop}' & bash -c 'echo $$ >> ${born}; ${loop}' & echo $$ >> ${born}; wait`,
      background: true,
    });
  }
  const pids = await until("all three to run", () => {
    const found = existsSync(born) ? readFileSync(born, "utf8").trim().split("\n").map(Number) : [];
    return found.length === 3 && found;
  });
  world.gateway.signal("SIGKILL");
  await world.gateway.exited;
  expect(pids.filter(isAlive)).toEqual(pids);
  await using next = await spawnGateway({ home: world.home });
  await allGone(pids);
  await until("the word of it", () => next.output().includes("commands that the last gateway left running"));
  expect(readdirSync(world.home.at(".openclaw/tmp/children"))).toEqual([]);
});
