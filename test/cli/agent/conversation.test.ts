import { expect, test } from "bun:test";
import type { LineEditor } from "../../../src/cli/terminal/line-editor.ts";
import type { FakeGateway } from "../../client/fake-gateway.ts";
import { tempHome } from "../../support/index.ts";
import { cli, type CliRun } from "../in-process.ts";
import { type Turn, turnGateway } from "./turns.ts";

/** An editor that types the given lines, or does what `interrupted` and `ended` say; `interrupt` presses Ctrl-C between two reads. */
function typist(...script: readonly string[]): LineEditor & { interrupt(): void } {
  const listeners = new Set<() => void>();
  let next = 0;
  return {
    async read() {
      const entry = script[next++];
      if (entry === undefined || entry === "ended") return { kind: "ended" };
      return entry === "interrupted" ? { kind: "interrupted" } : { kind: "line", text: entry };
    },
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {},
    interrupt: () => listeners.forEach((listener) => listener()),
  };
}

async function converse(
  gateway: FakeGateway,
  editor: LineEditor,
  options: { argv?: readonly string[]; onStdout?: (text: string) => void } = {},
): Promise<CliRun> {
  await using home = await tempHome();
  const env = { OPENCLAW_GATEWAY_PORT: String(gateway.port), OPENCLAW_GATEWAY_TOKEN: "s3cret" };
  const { argv = [], onStdout } = options;
  return await cli(["agent", ...argv], {
    home: home.path,
    env,
    tty: true,
    editor,
    ...(onStdout && { onStdout }),
  });
}

const echo = (turn: Turn): void => {
  turn.say(`You said ${String(turn.params.message)}.`);
  turn.end(`You said ${String(turn.params.message)}.`);
};

test("each line is said to the main session and answered, until Ctrl-D", async () => {
  await using gateway = turnGateway(echo);
  const { code, stdout, stderr } = await converse(
    gateway,
    typist("one", "  ", "/help", "interrupted", "ended"),
  );
  expect(code).toBe(0);
  expect(stdout).toBe("You said one.\nYou said /help.\n\n");
  expect(stderr).toContain("Session main. /help lists commands");
  expect(stderr).toContain("Ctrl-D leaves.");
  const sent = gateway.requests.filter(({ method }) => method === "chat.send");
  expect(sent.map(({ params }) => params)).toMatchObject([
    { sessionKey: "main", message: "one", timeoutMs: 600_000 },
    { sessionKey: "main", message: "/help" },
  ]);
});

test.each([
  [["--agent", "ops"], "agent:ops:main"],
  [["--agent", "ops", "--session-key", "notes"], "agent:ops:notes"],
  [["--session-key", "agent:ops:notes"], "agent:ops:notes"],
])("%p talks in %s", async (argv, key) => {
  await using gateway = turnGateway(echo);
  await converse(gateway, typist("hi"), { argv });
  expect(gateway.requests.find(({ method }) => method === "chat.send")?.params).toMatchObject({
    sessionKey: key,
  });
});

test("Ctrl-C ends the answer under way and the conversation goes on", async () => {
  const editor = typist("slow", "next");
  await using gateway = turnGateway(async (turn) => {
    if (turn.params.message === "next") return echo(turn);
    turn.say("word0");
    await turn.aborted;
    turn.line.send({
      type: "event",
      event: "chat",
      payload: {
        runId: turn.runId,
        sessionKey: turn.sessionKey,
        seq: 9,
        state: "aborted",
        stopReason: "rpc",
      },
    });
  });
  const { code, stdout, stderr } = await converse(gateway, editor, {
    onStdout: (text) => {
      if (text === "word0") editor.interrupt();
    },
  });
  expect([code, stdout]).toEqual([0, "word0\nYou said next.\n\n"]);
  expect(stderr).toContain("Stopped.");
});

test("a second Ctrl-C leaves", async () => {
  const editor = typist("slow");
  await using gateway = turnGateway((turn) => turn.say("word0"));
  const { code } = await converse(gateway, editor, {
    onStdout: (text) => {
      if (text !== "word0") return;
      editor.interrupt();
      editor.interrupt();
    },
  });
  expect(code).toBe(130);
});

test("a failed answer is told and the conversation goes on", async () => {
  await using gateway = turnGateway((turn) =>
    turn.params.message === "bad" ? turn.fail("the model is away") : echo(turn),
  );
  const { code, stdout, stderr } = await converse(gateway, typist("bad", "good"));
  expect([code, stdout]).toEqual([0, "You said good.\n\n"]);
  expect(stderr).toContain("the model is away");
});

test("a gateway that goes away ends the conversation with its reason", async () => {
  await using gateway = turnGateway((turn) => turn.line.close(1012, "service restart"));
  const { code, stderr } = await converse(gateway, typist("hi"));
  expect(code).toBe(1);
  expect(stderr).toContain("service restart");
});

test("options of one turn are refused in a conversation", async () => {
  await using gateway = turnGateway(echo);
  const { code, stderr } = await converse(gateway, typist("hi"), { argv: ["--reply-to", "@x"] });
  expect(code).toBe(1);
  expect(stderr).toContain("--reply-to needs --message.");
});
