import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, linkSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { mkdir, rm, symlink } from "node:fs/promises";
import { until, type WireClient } from "../../support/index.ts";
import { type TurnWorld, turnWorld } from "../turns/support/index.ts";
import { toolAnswer, toolAnswers, type ToolCall, turn } from "./rig.ts";

const CANARY = "canary-outside-7c1f";
const OWNER_TOOLS = ["exec", "process", "write", "edit", "gateway"];

let world: TurnWorld;
let owner: WireClient;
let writer: WireClient;

beforeAll(async () => {
  world = await turnWorld({ fake: { paceMs: 0 } });
  await world.home.write("outside.txt", CANARY);
  owner = await world.operator();
  writer = await world.operator({ scopes: ["operator.read", "operator.write"] });
  await turn(owner, "ECHO hello");
}, 30_000);

afterAll(async () => {
  await owner.close();
  await writer.close();
  await world[Symbol.asyncDispose]();
}, 30_000);

const asOwner = (name: string, args: unknown) =>
  toolAnswer(world, { name, args }, (mark) => turn(owner, mark)).then(({ text }) => text);
const allAsOwner = (...calls: ToolCall[]) => toolAnswers(world, calls, (mark) => turn(owner, mark));
const asWriter = (name: string, args: unknown) =>
  toolAnswer(world, { name, args }, (mark) => turn(writer, mark, { sessionKey: "guest" }));
const workspace = (path = "") => world.home.at(".openclaw/workspace", path);

test("a connection without operator.admin is offered no tool of the owner, and none runs for it", async () => {
  for (const name of [...OWNER_TOOLS, "EXEC", "Exec", "bash", "exec ", "functions.exec"]) {
    const { text, offered } = await asWriter(name, {
      command: `touch ${workspace("ran")}`,
      path: "ran",
      content: "x",
    });
    expect(offered).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(exec|process|write|edit|gateway)$/)]),
    );
    expect(text).toContain("not found");
  }
  expect(existsSync(workspace("ran"))).toBe(false);
  const { offered } = await asWriter("ls", {});
  expect(offered).toContain("read");
});

test("tools are called by their exact names, by the owner too", async () => {
  for (const name of ["EXEC", "Exec", "bash", " exec", "exec\u200b", "__proto__", "constructor", ""]) {
    expect(await asOwner(name, { command: `touch ${workspace("ran")}` })).not.toContain("exit");
  }
  expect(existsSync(workspace("ran"))).toBe(false);
});

test("what the workspace says of the owner is not read for others", async () => {
  await Bun.write(workspace("MEMORY.md"), CANARY);
  await Bun.write(workspace("memory/2026-11-20.md"), CANARY);
  await Bun.write(workspace("USER.md"), CANARY);
  symlinkSync("memory", workspace("diary"));
  for (const path of ["MEMORY.md", "./memory.md", "memory/2026-11-20.md", "diary/2026-11-20.md", "USER.md"]) {
    expect((await asWriter("read", { path })).text).not.toContain(CANARY);
  }
  expect((await asWriter("ls", { path: "memory" })).text).toContain("private");
  const told = world.fake.requests.filter(({ system }) => system.includes(CANARY));
  expect(told.every(({ toolNames }) => toolNames.includes("exec"))).toBe(true);
  expect(await asOwner("read", { path: "MEMORY.md" })).toContain(CANARY);
});

test("conversations of the owner are not read, steered or listed for others", async () => {
  await turn(owner, `ECHO ${CANARY}-private`);
  for (const [name, args] of [
    ["sessions_history", { sessionKey: "main" }],
    ["sessions_history", { sessionKey: "agent:main:main" }],
    ["sessions_list", { messageLimit: 20 }],
    ["session_status", { sessionKey: "agent:main:main" }],
    [
      "sessions_send",
      { sessionKey: "agent:main:main", message: `ECHO ${CANARY}-steered`, timeoutSeconds: 5 },
    ],
    ["sessions_send", { agentId: "main", message: `ECHO ${CANARY}-steered`, timeoutSeconds: 5 }],
  ] as const) {
    const { text } = await asWriter(name, args);
    expect(text).not.toContain(`${CANARY}-private`);
  }
  const history = JSON.stringify(await owner.call("chat.history", { sessionKey: "main" }));
  expect(history).not.toContain(`${CANARY}-steered`);
});

test("the workspace is a jail: parents, absolute paths, links, hard links, devices and /proc lead nowhere", async () => {
  symlinkSync(world.home.at("outside.txt"), workspace("link"));
  symlinkSync(world.home.path, workspace("up"));
  linkSync(world.home.at("outside.txt"), workspace("hard"));
  for (const path of [
    "../outside.txt",
    "../../outside.txt",
    world.home.at("outside.txt"),
    "link",
    "up/outside.txt",
    "hard",
    "..%2f..%2foutside.txt",
    `file://${world.home.at("outside.txt")}`,
    "x\0../../outside.txt",
    "~/outside.txt",
    "../openclaw.json",
    "/proc/self/environ",
    `/proc/${world.gateway.pid}/environ`,
    "/proc/self/root/etc/passwd",
    "/dev/zero",
    "/dev/stdin",
    "/etc/passwd",
  ]) {
    const [read] = await allAsOwner(
      { name: "read", args: { path } },
      { name: "write", args: { path, content: "overwritten" } },
      { name: "edit", args: { path, edits: [{ oldText: CANARY, newText: "overwritten" }] } },
    );
    expect(read).not.toContain(CANARY);
    expect(read).not.toContain("root:");
    expect(read).not.toContain(world.gateway.token ?? "?");
  }
  expect(readFileSync(world.home.at("outside.txt"), "utf8")).toBe(CANARY);
  expect(readFileSync(world.home.at(".openclaw/openclaw.json"), "utf8")).not.toContain("overwritten");
});

test("a folder that is swapped for a link while tools look at it leads nowhere", async () => {
  const inside = workspace("racing");
  mkdirSync(inside);
  await Bun.write(`${inside}/outside.txt`, "inside");
  let isOver = false;
  // The tool makes folders that are missing and files in them, so that either step may find one in its way.
  const swap = async (put: () => Promise<unknown>) => {
    await rm(inside, { recursive: true, force: true }).catch(() => undefined);
    await put().catch(() => undefined);
    await Bun.sleep(0);
  };
  const race = (async () => {
    while (!isOver) {
      await swap(() => symlink(world.home.path, inside));
      await swap(() => mkdir(inside));
    }
  })();
  try {
    const path = "racing/outside.txt";
    for (let round = 0; round < 10; round += 1) {
      const read = { name: "read", args: { path } };
      const write = { name: "write", args: { path, content: `round ${round}` } };
      const answers = await allAsOwner(...Array.from({ length: 8 }, () => [read, write]).flat());
      expect(answers.join("\n")).not.toContain(CANARY);
    }
  } finally {
    isOver = true;
    await race;
  }
  expect(readFileSync(world.home.at("outside.txt"), "utf8")).toBe(CANARY);
});

test("an aborted turn ends the whole family of a command", async () => {
  // A time that no other program of this machine sleeps for.
  const sleep = `sleep 311.${process.pid}`;
  const command = `sh -c 'setsid ${sleep} & ${sleep}' & ${sleep}`;
  const off = world.fake.on((request) =>
    request.userText.includes("run long") && request.toolResults.length === 0
      ? {
          type: "answer",
          steps: [{ type: "toolCall", name: "exec", arguments: JSON.stringify({ command }) }],
        }
      : undefined,
  );
  const family = async () => {
    const found = await Bun.$`pgrep -fx ${sleep}`.nothrow().text();
    return found.trim().split("\n").filter(Boolean);
  };
  const runId = crypto.randomUUID();
  await owner.call("chat.send", { sessionKey: "main", message: "run long", idempotencyKey: runId });
  await until("the commands to run", async () => (await family()).length === 3);
  await owner.call("chat.abort", { sessionKey: "main", runId });
  off();
  await until("the commands to be gone", async () => (await family()).length === 0);
});

test("arguments that load code or change the way to programs are refused", async () => {
  for (const name of [
    "PATH",
    "LD_PRELOAD",
    "DYLD_INSERT_LIBRARIES",
    "BASH_ENV",
    "NODE_OPTIONS",
    "OPENCLAW_STATE_DIR",
    "A=B",
    "PS4",
  ]) {
    const text = await asOwner("exec", { command: "echo ran-anyway", env: { [name]: "/tmp/evil" } });
    expect(text).not.toContain("ran-anyway");
  }
});
