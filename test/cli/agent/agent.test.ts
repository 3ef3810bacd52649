import { expect, test } from "bun:test";
import { freePort, tempHome } from "../../support/index.ts";
import type { FakeGateway } from "../../client/fake-gateway.ts";
import { cli, type CliRun, type CliWorld } from "../in-process.ts";
import { turnGateway } from "./turns.ts";

async function agent(
  gateway: Pick<FakeGateway, "port">,
  argv: readonly string[],
  world: Partial<CliWorld> = {},
): Promise<CliRun> {
  await using home = await tempHome();
  const env = { OPENCLAW_GATEWAY_PORT: String(gateway.port), OPENCLAW_GATEWAY_TOKEN: "s3cret" };
  return await cli(["agent", ...argv], { home: home.path, env, ...world });
}

const hello = () =>
  turnGateway((turn) => {
    turn.say("Hello");
    turn.say("Hello there.");
    turn.end("Hello there.");
  });

test("seed 100: a turn is waited for; without a terminal only the final answer is printed", async () => {
  await using gateway = hello();
  expect(await agent(gateway, ["--message", "hi"])).toEqual({
    code: 0,
    stdout: "Hello there.\n",
    stderr: "",
  });
});

test("on a terminal the words are printed as they come, each once", async () => {
  const halfway = Promise.withResolvers<void>();
  await using gateway = turnGateway(async (turn) => {
    turn.say("Hello");
    await halfway.promise;
    turn.say("Hello there.");
    turn.end("Hello there.");
  });
  const seen: string[] = [];
  const { code, stdout } = await agent(gateway, ["-m", "hi"], {
    tty: true,
    onStdout(text) {
      seen.push(text);
      if (text === "Hello") halfway.resolve();
    },
  });
  expect(code).toBe(0);
  expect(seen.slice(0, 2)).toEqual(["Hello", " there."]);
  expect(stdout).toBe("Hello there.\n");
});

test("tools at work are told faintly on stderr, and the answer goes on below", async () => {
  await using gateway = turnGateway((turn) => {
    turn.say("Let me look.");
    turn.tool({ phase: "start", name: "exec", toolCallId: "1", args: { command: "ls\n -l" } });
    turn.tool({ phase: "result", name: "exec", toolCallId: "1", isError: false, result: {} });
    turn.tool({ phase: "start", name: "read", toolCallId: "2", args: { path: "gone.txt" } });
    turn.tool({
      phase: "result",
      name: "read",
      toolCallId: "2",
      isError: true,
      result: { content: [{ type: "text", text: "no such file" }] },
    });
    turn.say("There is nothing.");
    turn.end("There is nothing.");
  });
  const { stdout, stderr } = await agent(gateway, ["-m", "look"], { tty: true, env: portEnv(gateway, "1") });
  expect(stdout).toBe("Let me look.\n\nThere is nothing.\n");
  expect(stderr.split("\n").filter(Boolean)).toEqual([
    "\u001b[2m· exec ls -l\u001b[22m",
    "\u001b[2m· read gone.txt\u001b[22m",
    "\u001b[2m✗ read no such file\u001b[22m",
  ]);
});

function portEnv(gateway: FakeGateway, forceColor: string) {
  return {
    OPENCLAW_GATEWAY_PORT: String(gateway.port),
    OPENCLAW_GATEWAY_TOKEN: "s3cret",
    FORCE_COLOR: forceColor,
  };
}

test("an answer cannot paint the terminal", async () => {
  await using gateway = turnGateway((turn) => {
    turn.say("a\u001b]0;owned\u0007b\u001b[2Jc\r");
    turn.end("a\u001b]0;owned\u0007b\u001b[2Jc\r");
  });
  expect((await agent(gateway, ["-m", "hi"], { tty: true })).stdout).toBe("a]0;ownedb[2Jc\n");
});

test("--json prints the last answer as it came, and nothing else", async () => {
  await using gateway = hello();
  const { code, stdout, stderr } = await agent(gateway, ["-m", "hi", "--json"], { tty: true });
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toEqual({
    runId: expect.any(String),
    status: "ok",
    summary: "completed",
    result: { payloads: [{ text: "Hello there.", mediaUrl: null }], meta: { durationMs: 1 } },
  });
});

test("every option reaches the gateway under its wire name", async () => {
  await using gateway = hello();
  const options = {
    "--to": "+15550001",
    "--session-key": "agent:ops:x",
    "--session-id": "s-1",
    "--agent": "ops",
    "--model": "mock/mock-1",
    "--thinking": "low",
    "--channel": "telegram",
    "--reply-to": "@x",
    "--reply-channel": "whatsapp",
    "--reply-account": "work",
    "--timeout": "7",
  };
  await agent(gateway, ["-m", "hi", "--deliver", ...Object.entries(options).flat()]);
  expect(gateway.requests.find(({ method }) => method === "agent")?.params).toEqual({
    message: "hi",
    to: "+15550001",
    sessionKey: "agent:ops:x",
    sessionId: "s-1",
    agentId: "ops",
    model: "mock/mock-1",
    thinking: "low",
    channel: "telegram",
    replyTo: "@x",
    replyChannel: "whatsapp",
    replyAccountId: "work",
    deliver: true,
    timeout: 7,
    idempotencyKey: expect.any(String),
  });
});

test("on this machine whoever speaks is the owner, whatever they ask for", async () => {
  await using gateway = hello();
  for (const argv of [
    ["-m", "hi"],
    ["-m", "/reset"],
    ["-m", "hi", "--model", "mock/mock-1"],
  ]) {
    await agent(gateway, argv);
    expect(gateway.requests.findLast(({ method }) => method === "connect")?.params).toMatchObject({
      scopes: ["operator.read", "operator.write", "operator.admin"],
      caps: ["tool-events"],
    });
  }
});

test("--verbose is kept for the session of the turn", async () => {
  await using gateway = hello();
  await agent(gateway, ["-m", "hi", "--verbose", "on"]);
  expect(gateway.requests.find(({ method }) => method === "sessions.patch")?.params).toEqual({
    key: "agent:main:main",
    verboseLevel: "on",
  });
});

test("a turn that failed says why and exits 1", async () => {
  await using gateway = turnGateway((turn) => {
    turn.say("Half an");
    turn.fail("⚠️ mock/mock-1 request failed (authentication failed, HTTP 401).");
  });
  const { code, stdout, stderr } = await agent(gateway, ["-m", "hi"], { tty: true });
  expect([code, stdout]).toEqual([1, "Half an\n"]);
  expect(stderr).toContain("request failed (authentication failed, HTTP 401).");
  const json = JSON.parse((await agent(gateway, ["-m", "hi", "--json"])).stdout);
  expect(json).toMatchObject({ ok: false, payload: { status: "error" }, error: { code: "UNAVAILABLE" } });
});

test("a turn whose time was up prints what it has and exits 1", async () => {
  await using gateway = turnGateway((turn) =>
    turn.answer({
      status: "timeout",
      summary: "aborted",
      result: { payloads: [{ text: "Request timed out.", isError: true, mediaUrl: null }], meta: {} },
    }),
  );
  expect(await agent(gateway, ["-m", "hi"])).toMatchObject({ code: 1, stdout: "Request timed out.\n" });
});

test("an answer without words says so only when something is wrong", async () => {
  await using silent = turnGateway((turn) => turn.end());
  expect(await agent(silent, ["-m", "hi"])).toEqual({ code: 0, stdout: "", stderr: "" });
  await using aborted = turnGateway((turn) => turn.answer({ status: "error", summary: "aborted" }));
  expect(await agent(aborted, ["-m", "hi"])).toEqual({ code: 1, stdout: "", stderr: "aborted\n" });
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
])("%s ends the run in the gateway and exits %d", async (name, expected) => {
  const interrupt = new AbortController();
  let aborted = false;
  await using gateway = turnGateway(async (turn) => {
    turn.say("Half an");
    await turn.aborted;
    aborted = true;
    turn.answer({ status: "error", summary: "aborted" });
  });
  const { code, stdout } = await agent(gateway, ["-m", "hi"], {
    tty: true,
    signal: interrupt.signal,
    onStdout: () => interrupt.abort(name),
  });
  expect([code, stdout, aborted]).toEqual([expected, "Half an\n", true]);
  const abort = gateway.requests.find(({ method }) => method === "chat.abort")?.params;
  expect(abort).toEqual({ sessionKey: "agent:main:main", runId: expect.any(String) });
});

test("a connection lost in the middle names the session to look at", async () => {
  await using gateway = turnGateway((turn) => {
    turn.say("Half an");
    turn.line.close(1012, "service restart");
  });
  const { code, stderr } = await agent(gateway, ["-m", "hi"]);
  expect(code).toBe(1);
  expect(stderr).toContain("openclaw sessions show agent:main:main");
});

test("a gateway that is down is said at once, with the command that starts it", async () => {
  const port = await freePort();
  const { code, stderr } = await agent({ port }, ["-m", "hi"]);
  expect(code).toBe(1);
  expect(stderr).toContain("Gateway not reachable");
  expect(stderr).toContain("openclaw gateway run");
});

test("a message comes from a file as well", async () => {
  await using gateway = hello();
  await using files = await tempHome();
  await agent(gateway, ["--message-file", await files.write("task.md", "line one\nline two\n")]);
  expect(gateway.requests.find(({ method }) => method === "agent")?.params).toMatchObject({
    message: "line one\nline two",
  });
  const empty = await agent(gateway, ["--message-file", await files.write("empty.md", "\n")]);
  expect(empty.stderr).toContain("empty.md is empty");
  await Bun.write(files.at("bytes"), new Uint8Array([0xff, 0xfe]));
  expect((await agent(gateway, ["--message-file", files.at("bytes")])).stderr).toContain("not UTF-8");
  expect((await agent(gateway, ["--message-file", files.at("gone")])).stderr).toContain("cannot be read");
});

test("without a message and without a terminal it says how to give one", async () => {
  await using gateway = hello();
  const { code, stderr } = await agent(gateway, []);
  expect(code).toBe(1);
  expect(stderr).toContain("There is no message, and no terminal to type one at.");
  expect(stderr).toContain("openclaw agent --message");
  expect(gateway.requests).toEqual([]);
});
