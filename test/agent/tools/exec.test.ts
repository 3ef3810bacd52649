import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { ManualClock, until } from "../../support/index.ts";
import { guest, MAIN, textOf, ToolRig } from "./rig.ts";

/** A command that could not have ended by itself while a test lasts. */
const FOR_EVER = "sleep 600";

const isAlive = (pid: number) => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
};

/** Killed processes are gone when the system has come to it, not when it was asked. */
async function allGone(pids: readonly number[]): Promise<void> {
  await until("the processes to be gone", () => !pids.some(isAlive));
}

/** Waits until what was called has said so much. */
async function saying(rig: ToolRig, words: string): Promise<void> {
  await until(words, () => rig.updates.some((update) => textOf(update).includes(words)));
}

/** The name of the background session a result tells of. */
const sessionIn = (text: string): string => /session ([a-z]+-[a-z]+(?:-\d+)?)/.exec(text)?.[1] ?? "";

test("a command runs in the workspace and answers with what it said", async () => {
  await using rig = await ToolRig.open();
  const result = await rig.call("exec", { command: "echo probe-output; pwd", title: "say it" });
  expect(textOf(result)).toBe(`probe-output\n${rig.home.at("workspace")}`);
  expect(result.details).toEqual({
    status: "completed",
    exitCode: 0,
    exitSignal: null,
    exitReason: "exit",
    durationMs: expect.any(Number),
    aggregated: `probe-output\n${rig.home.at("workspace")}`,
    noOutputTimedOut: false,
    cwd: rig.home.at("workspace"),
  });
  expect(rig.updates[0]).toEqual({
    content: [{ type: "text", text: expect.stringContaining("probe-output\n") }],
    details: {
      status: "running",
      sessionId: expect.stringMatching(/^[a-z]+-[a-z]+$/),
      pid: expect.any(Number),
      startedAt: expect.any(Number),
      cwd: rig.home.at("workspace"),
      tail: expect.stringContaining("probe-output\n"),
    },
  });
});

test("an exit code is an answer; a command that is not there, or a signal, is a failure", async () => {
  await using rig = await ToolRig.open();
  const three = await rig.call("exec", { command: "echo half; exit 3" });
  expect(three).toMatchObject({ details: { status: "completed", exitCode: 3 } });
  expect(three.isError).toBeUndefined();
  expect(textOf(three)).toBe("half\n\n(Command exited with code 3)");
  expect(textOf(await rig.call("exec", { command: "true" }))).toBe("(no output)");
  const missing = await rig.call("exec", { command: "no-such-program-here" });
  expect(missing).toMatchObject({ isError: true, details: { status: "failed", exitCode: 127 } });
  const killed = await rig.call("exec", { command: "kill -9 $$" });
  expect(killed).toMatchObject({ isError: true, details: { status: "failed", exitSignal: "SIGKILL" } });
});

test("a command past its time is ended and says so", async () => {
  const clock = new ManualClock();
  await using rig = await ToolRig.open({ clock });
  const call = rig.call("exec", { command: `echo begun; ${FOR_EVER}`, timeoutSeconds: 5 });
  await saying(rig, "begun");
  let isOver = false;
  void call.then(() => (isOver = true));
  // Its time first, and then the looks whether it is gone.
  clock.advance(5_000);
  await until("its end", () => {
    clock.advance(10);
    return isOver;
  });
  const result = await call;
  expect(textOf(result)).toStartWith("begun\n\nTimed out");
  expect(result).toMatchObject({ isError: true, details: { exitReason: "overall-timeout", timedOut: true } });
});

test("an abort ends a command with a tree of children that ignore SIGTERM", async () => {
  await using rig = await ToolRig.open();
  const stop = new AbortController();
  const stubborn = "trap '' TERM; while :; do sleep 0.05; done";
  const script = `trap '' TERM; for i in 1 2 3; do bash -c "${stubborn}" & echo pid=$!; done; (${stubborn}) & echo pid=$!; wait`;
  const call = rig.say("exec", { command: script }, { signal: stop.signal });
  const pids = await until("four children", () => {
    const said = rig.updates.map((update) => textOf(update)).join("");
    const found = new Set([...said.matchAll(/pid=(\d+)/g)].map((match) => Number(match[1])));
    return found.size === 4 && [...found];
  });
  stop.abort(new Error("stopped by a person"));
  expect(await call).toBe("Error: stopped by a person");
  await allGone(pids);
});

test("a call that was aborted before it began starts nothing", async () => {
  await using rig = await ToolRig.open();
  const signal = AbortSignal.abort(new Error("too late"));
  expect(await rig.say("exec", { command: "touch made" }, { signal })).toBe("Error: too late");
  expect(existsSync(rig.home.at("workspace/made"))).toBe(false);
});

test("no secret of the gateway reaches a command, nor anything that loads code", async () => {
  const secrets = {
    OPENCLAW_GATEWAY_TOKEN: "canary-1",
    OPENCLAW_GATEWAY_PASSWORD: "canary-2",
    CLAWDBOT_GATEWAY_TOKEN: "canary-3",
    OPENAI_API_KEY: "canary-4",
    ANTHROPIC_API_KEY: "canary-5",
    TELEGRAM_BOT_TOKEN: "canary-6",
    AWS_SECRET_ACCESS_KEY: "canary-7",
    GITHUB_TOKEN: "canary-8",
    MY_OWN_SETTING: "canary-9",
    HTTPS_PROXY: "http://user:canary-10@proxy:1",
    XDG_SESSION_SECRET: "canary-11",
    LD_PRELOAD: "/canary-12.so",
    BASH_ENV: "/canary-13",
    NODE_OPTIONS: "--require=/canary-14",
    GIT_SSH_COMMAND: "canary-15",
  };
  await using rig = await ToolRig.open({
    env: { ...secrets, PATH: "/usr/bin:/bin", HOME: "/nowhere", LANG: "C.UTF-8", XDG_DATA_HOME: "/data" },
  });
  for (const extra of [{}, { pty: true }, { background: true }]) {
    let said = await rig.say("exec", { command: "env", ...extra });
    const sessionId = sessionIn(said);
    if (sessionId !== "") {
      await until("its end", () => rig.notices.length > 0);
      said = await rig.say("process", { action: "log", sessionId });
    }
    expect(said).not.toContain("canary");
    expect(said).toContain("OPENCLAW_SHELL=exec");
    expect(said).toContain("XDG_DATA_HOME=/data");
    expect(said).toContain("HOME=/nowhere");
  }
});

test("a start file of the account or of the folder is not read", async () => {
  await using rig = await ToolRig.open();
  for (const name of [".bashrc", ".profile", ".bash_profile", ".zshenv"])
    await rig.home.write(name, "echo evil");
  await rig.home.write("workspace/.env", "EVIL=evil");
  await rig.home.write("workspace/bunfig.toml", 'preload = ["./evil.ts"]');
  expect(await rig.say("exec", { command: "echo good $EVIL" })).toBe("good");
});

test("variables may be added, but none that loads code, moves PATH or is the gateway's", async () => {
  await using rig = await ToolRig.open();
  expect(await rig.say("exec", { command: "echo $A", env: { A: "x; echo y" } })).toBe("x; echo y");
  for (const name of [
    "PATH",
    "Path",
    "LD_PRELOAD",
    "DYLD_INSERT_LIBRARIES",
    "BASH_ENV",
    "OPENCLAW_HOME",
    "A=B",
    "A B",
  ]) {
    expect(await rig.say("exec", { command: "true", env: { [name]: "x" } })).toStartWith("Error: env:");
  }
});

test("PATH has the configured folders first, and a chat's command knows whose it is", async () => {
  await using rig = await ToolRig.open({
    config: { tools: { exec: { pathPrepend: ["/first", "/second"] } } },
  });
  expect(await rig.say("exec", { command: "echo $PATH" })).toStartWith("/first:/second:");
  const context = await rig.say(
    "exec",
    { command: 'echo "$OPENCLAW_CHANNEL_CONTEXT"' },
    { sender: { ...guest, isOwner: true } },
  );
  expect(JSON.parse(context)).toEqual({
    channel: "telegram",
    senderId: "42",
    accountId: "default",
    to: "-100",
  });
});

test("a long command goes on in the background and is followed with process", async () => {
  const clock = new ManualClock();
  await using rig = await ToolRig.open({ clock });
  const command = "echo first; until [ -e go ]; do sleep 0.05; done; echo second";
  const call = rig.say("exec", { command, yieldMs: 100 });
  await saying(rig, "first");
  clock.advance(100);
  const text = await call;
  expect(text).toContain("Still running in the background");
  expect(text).toContain("first");
  const sessionId = sessionIn(text);
  expect(await rig.say("process", { action: "list" })).toMatch(
    new RegExp(`^${sessionId} running \\d+s :: echo first`),
  );
  expect(await rig.say("process", { action: "poll", sessionId })).toContain("first");
  const next = rig.say("process", { action: "poll", sessionId, timeout: 10_000 });
  await rig.home.write("workspace/go", "");
  expect(await next).toContain("second");
  const end = await until("the end", async () => {
    const said = await rig.say("process", { action: "poll", sessionId });
    return said.includes("Done, exit code 0.") && said;
  });
  expect(end).not.toContain("first");
  expect(await rig.say("process", { action: "log", sessionId })).toBe("first\nsecond");
  expect(await rig.say("process", { action: "log", sessionId, offset: 1, limit: 1 })).toBe(
    "second\n\n[lines 1 to 1 of 2]",
  );
  expect(await rig.say("process", { action: "clear", sessionId })).toContain("Forgot");
  expect(await rig.say("process", { action: "list" })).toBe("No background sessions.");
});

test("a background command can be written to, and its end tells its session", async () => {
  await using rig = await ToolRig.open();
  const sessionId = sessionIn(
    await rig.say("exec", { command: 'read line; echo "got $line"; cat', background: true }),
  );
  expect(await rig.say("process", { action: "write", sessionId, data: "words\n" })).toContain(
    "Wrote 6 bytes",
  );
  await until("the answer", async () =>
    (await rig.say("process", { action: "log", sessionId })).includes("got words"),
  );
  await rig.say("process", { action: "write", sessionId, data: "rest", eof: true });
  const [notice] = await until("the notice", () => rig.notices.length > 0 && rig.notices);
  expect(notice).toEqual({
    agentId: "main",
    sessionKey: MAIN,
    text: `Exec completed (${sessionId}, code 0) :: got words rest`,
  });
  expect(await rig.say("process", { action: "write", sessionId, data: "x" })).toContain("takes no input");
});

test("a command in a terminal sees one", async () => {
  await using rig = await ToolRig.open();
  const said = await rig.say("exec", {
    command: "test -t 1 && tty; printf '\\033[31mred\\033[0m\\n'",
    pty: true,
  });
  expect(said).toMatch(/^\/dev\/pts\/\d+\nred$/);
});

test("kill and remove end what runs, and say nothing afterwards", async () => {
  await using rig = await ToolRig.open();
  const start = async () => {
    const result = await rig.call("exec", { command: FOR_EVER, background: true });
    return { sessionId: sessionIn(textOf(result)), pid: (result.details as { pid: number }).pid };
  };
  const [first, second] = [await start(), await start()];
  expect(first.sessionId).not.toBe(second.sessionId);
  expect(await rig.say("process", { action: "clear", sessionId: first.sessionId })).toContain("is running");
  expect(await rig.say("process", { action: "kill", sessionId: first.sessionId })).toContain("Ended");
  expect(await rig.say("process", { action: "remove", sessionId: second.sessionId })).toContain("Removed");
  await allGone([first.pid, second.pid]);
  expect(await rig.say("process", { action: "poll", sessionId: first.sessionId })).toContain(
    "Ended on request.",
  );
  expect(await rig.say("process", { action: "poll", sessionId: second.sessionId })).toContain("no session");
  expect(rig.notices).toEqual([]);
});

test("an agent sees its own commands only", async () => {
  await using rig = await ToolRig.open({
    config: { agents: { entries: { main: {}, other: { workspace: "/" } } } },
  });
  await rig.home.write("state/workspace-main/x", "");
  const sessionId = sessionIn(await rig.say("exec", { command: FOR_EVER, background: true }));
  expect(sessionId).not.toBe("");
  const elsewhere = { agentId: "other" };
  expect(await rig.say("process", { action: "list" }, elsewhere)).toBe("No background sessions.");
  expect(await rig.say("process", { action: "kill", sessionId }, elsewhere)).toContain("no session");
});

test("stopping the gateway ends every command, and none begins afterwards", async () => {
  await using rig = await ToolRig.open();
  const { details } = await rig.call("exec", { command: `trap '' TERM; ${FOR_EVER}`, background: true });
  const running = rig.say("exec", { command: `echo up; ${FOR_EVER}` });
  await saying(rig, "up");
  await rig.catalog.stop();
  await allGone([(details as { pid: number }).pid]);
  expect(await running).toContain("Ended on request.");
  expect(await rig.say("exec", { command: "true" })).toContain("the gateway is stopping");
});

test("a finished command is forgotten after a while", async () => {
  const clock = new ManualClock();
  await using rig = await ToolRig.open({ clock, config: { tools: { exec: { cleanupMs: 1_000 } } } });
  const sessionId = sessionIn(await rig.say("exec", { command: "echo x", background: true }));
  await until("its end", () => rig.notices.length > 0);
  expect(await rig.say("process", { action: "log", sessionId })).toBe("x");
  clock.advance(1_000);
  expect(await rig.say("process", { action: "log", sessionId })).toContain("no session");
});

test("endless output is cut in the middle and keeps memory", async () => {
  await using rig = await ToolRig.open();
  const result = await rig.call("exec", { command: "echo first; seq 1 200000; echo last" });
  const text = textOf(result);
  expect(text).toStartWith("first\n1\n");
  expect(text).toEndWith("200000\nlast");
  expect(text).toContain("characters left out");
  expect(text.length).toBeLessThan(210_000);
});

test("modes that need approvals refuse and say what would help; deny refuses", async () => {
  await using rig = await ToolRig.open();
  const settings = [
    { mode: "allowlist" },
    { mode: "ask" },
    { mode: "auto" },
    { security: "allowlist" },
    { ask: "always" },
  ];
  for (const exec of settings) {
    rig.configure({ tools: { exec } });
    expect(await rig.say("exec", { command: "touch made" })).toContain("needs approvals");
  }
  rig.configure({ tools: { exec: { mode: "deny" } } });
  expect(await rig.say("exec", { command: "touch made" })).toContain("switched off");
  rig.configure({
    tools: { exec: { mode: "full" } },
    agents: { entries: { main: { tools: { exec: { mode: "ask" } } } } },
  });
  await rig.home.write("workspace/x", "");
  expect(await rig.say("exec", { command: "touch made" })).toContain("needs approvals");
  expect(existsSync(rig.home.at("workspace/made"))).toBe(false);
});

test("what cannot run here is refused", async () => {
  await using rig = await ToolRig.open();
  const refused = [
    { command: "true", host: "node" },
    { command: "true", host: "sandbox" },
    { command: "true", ask: "always" },
    { command: "/approve 1 allow-once" },
    { command: "cd x; openclaw --profile p channels login whatsapp" },
    { command: "  " },
    { command: "true", workdir: "none" },
  ];
  for (const args of refused) expect(await rig.say("exec", args)).toStartWith("Error: ");
  expect(await rig.say("exec", { command: "pwd", workdir: "/" })).toBe("/");
});
