import { expect, test } from "bun:test";
import fc from "fast-check";
import { readdirSync } from "node:fs";
import {
  type Command,
  type CommandRequest,
  openEnv,
  RetainedOutput,
  startCommand,
} from "../../../src/lib/spawn/index.ts";
import { isAlive, ManualClock, tempHome, until, within } from "../../support/index.ts";

/** Runs a line of shell and keeps what it says. */
async function shell(
  script: string,
  extra: Partial<CommandRequest> = {},
): Promise<{ command: Command; said: () => string }> {
  let text = "";
  const command = await startCommand({
    program: "/bin/bash",
    args: ["-c", script],
    env: { PATH: "/usr/bin:/bin" },
    cwd: "/",
    input: "none",
    timeoutMs: 0,
    onOutput: (piece) => (text += piece),
    ...extra,
  });
  return { command, said: () => text };
}

const pidsIn = (text: string) => [...text.matchAll(/pid=(\d+)/g)].map((match) => Number(match[1]));

test("both outputs are heard as they come, and the end says code and time", async () => {
  const { command, said } = await shell("echo out; echo err >&2; exit 3");
  expect(await within("the end", command.ended)).toMatchObject({ reason: "exit", exitCode: 3, signal: null });
  expect(said()).toBe("out\nerr\n");
});

test("B16: a tree of children that ignore SIGTERM is killed within 200 ms of being stopped", async () => {
  const clock = new ManualClock();
  const child = `trap '' TERM; echo pid=$$; for i in 1 2; do bash -c "trap '' TERM; echo pid=\\$\\$; while :; do sleep 0.05; done" & done; while :; do sleep 0.05; done`;
  const { command, said } = await shell(
    `trap '' TERM; echo pid=$$; bash -c '${child.replaceAll("'", "'\\''")}' & wait`,
    { clock },
  );
  const pids = await until("four processes", () => {
    const found = pidsIn(said());
    return found.length === 4 && found;
  });
  let isOver = false;
  const stopped = command.stop().then(() => (isOver = true));
  const began = clock.monotonic();
  await until("the stop", () => {
    clock.advance(10);
    return isOver;
  });
  await stopped;
  expect(clock.monotonic() - began).toBeLessThan(200);
  // They are killed; how soon a busy system gets round to it is its own affair.
  await until("their end", () => !pids.some(isAlive));
  expect(await within("the end", command.ended)).toMatchObject({ reason: "manual-cancel", exitCode: null });
});

test("B16: a child that left the group is ended with its parent", async () => {
  const { command, said } = await shell("setsid bash -c 'echo pid=$$; exec sleep 60' & wait");
  const [pid = 0] = await until("the stray", () => pidsIn(said()).length === 1 && pidsIn(said()));
  await command.stop();
  await until("its end", () => !isAlive(pid));
});

test("a script may open its outputs and its input by name, and no start file of the account is read", async () => {
  await using home = await tempHome();
  await home.write(".bashrc", "echo from the start file");
  const { command, said } = await shell("echo 1 > /dev/stdout; echo 2 | tee /dev/stderr; cat /dev/stdin", {
    input: "pipe",
    env: { PATH: "/usr/bin:/bin", HOME: home.path },
  });
  await command.input.write("3\n");
  await command.input.close();
  await within("the end", command.ended);
  expect(said()).toBe("1\n2\n2\n3\n");
});

test("a megabyte for a command that does not read keeps nobody waiting", async () => {
  const { command, said } = await shell("exec sleep 60", { input: "pipe" });
  let isWritten = false;
  const fault = command.input.write(`${"x".repeat(1_000_000)}\n`).then(
    () => undefined,
    (error: unknown) => error,
  );
  void fault.then(() => (isWritten = true));
  await Bun.sleep(0);
  // The command takes none of it for a minute, and here we are.
  expect(isWritten).toBe(false);
  await command.stop();
  await within("the end", command.ended);
  expect(String(await fault)).toContain("no longer reads");
  expect(said()).toBe("");
});

test("many commands leave no descriptor behind", async () => {
  const descriptors = () => readdirSync("/proc/self/fd").length;
  const before = descriptors();
  // Whoever still knows them: what is collected is closed by that, and a gateway collects when it pleases.
  const known: Command[] = [];
  for (let round = 0; round < 20; round += 1) {
    const { command } = await shell("cat > /dev/null & echo x", { input: round % 2 === 0 ? "pipe" : "none" });
    known.push(command);
    await within("the end", command.ended);
  }
  await until("all of them closed", () => descriptors() <= before + 1);
  expect(known).toHaveLength(20);
});

test("a command past its time is ended, and the end says so", async () => {
  const { command } = await shell("sleep 60", { timeoutMs: 50 });
  expect(await within("the end", command.ended)).toMatchObject({ reason: "overall-timeout" });
});

test("what a command left in the background ends with it", async () => {
  const { command, said } = await shell("sleep 60 & echo pid=$!");
  expect(await within("the end", command.ended)).toMatchObject({ reason: "exit", exitCode: 0 });
  const [pid = 0] = pidsIn(said());
  expect(pid).toBeGreaterThan(0);
  await until("its end", () => !isAlive(pid));
});

test("a signal from elsewhere is told from a stop", async () => {
  const { command } = await shell("kill -USR1 $$");
  expect(await within("the end", command.ended)).toMatchObject({ reason: "signal", signal: "SIGUSR1" });
});

test("input arrives, and its end too; without input reading ends at once", async () => {
  const talk = await shell("cat; echo done", { input: "pipe" });
  await talk.command.input.write("hello\n");
  await until("the echo", () => talk.said() === "hello\n");
  await talk.command.input.close();
  await within("the end", talk.command.ended);
  expect(talk.said()).toBe("hello\ndone\n");
  expect(talk.command.input.isOpen).toBe(false);
  await expect(talk.command.input.write("more")).rejects.toThrow("closed");
  const mute = await shell("cat; echo done");
  await within("the end", mute.command.ended);
  expect(mute.said()).toBe("done\n");
});

test("a command in a terminal sees one, and reads what is typed", async () => {
  const { command, said } = await shell('[ -t 0 ] && [ -t 1 ] && echo tty; read line; echo "got $line"', {
    input: "terminal",
  });
  await until("the terminal", () => said().includes("tty"));
  await command.input.write("words\r");
  await within("the end", command.ended);
  expect(said()).toContain("got words");
  expect(command.input.isOpen).toBe(false);
});

test("jobs of a shell in a terminal, which have groups of their own, end with it", async () => {
  const { command, said } = await shell(
    "set -m; (trap '' TERM HUP; echo pid=$BASHPID; while :; do sleep 0.05; done) & wait",
    {
      input: "terminal",
    },
  );
  const [pid = 0] = await until("the job", () => pidsIn(said()).length === 1 && pidsIn(said()));
  await command.stop();
  await until("its end", () => !isAlive(pid));
});

test("a program that cannot be started is an error, as is a folder that is not there", async () => {
  await using home = await tempHome();
  const descriptors = () => readdirSync("/proc/self/fd").length;
  const before = descriptors();
  await expect(shell("true", { program: home.at("nothing") })).rejects.toThrow();
  await expect(shell("true", { cwd: home.at("nowhere"), input: "pipe" })).rejects.toThrow();
  await until("nothing left open", () => descriptors() <= before);
});

test("the environment of a foreign command has listed names only, and nothing that may be a secret or loads code", () => {
  const harmless = { PATH: "/bin", LANG: "C", LC_ALL: "C", XDG_DATA_HOME: "/d", SSH_AUTH_SOCK: "/s" };
  const secrets = {
    OPENCLAW_GATEWAY_TOKEN: "x",
    OPENAI_API_KEY: "x",
    OPENAI_API_KEYS: "x",
    GEMINI_API_KEY_1: "x",
    TELEGRAM_BOT_TOKEN: "x",
    AWS_SECRET_ACCESS_KEY: "x",
    DB_PASSWORD: "x",
    HF_TOKEN: "x",
    GH_PAT: "x",
    HTTPS_PROXY: "http://me:word@proxy:3128",
    LD_PRELOAD: "/x.so",
    BASH_ENV: "/x",
    "BASH_FUNC_ls%%": "() { :; }",
    NODE_OPTIONS: "--require /x",
  };
  expect(
    openEnv({ ...harmless, ...secrets, OTHER: "1" }, ["PATH", "LANG", "LC_*", "XDG_*", "SSH_AUTH_SOCK"]),
  ).toEqual(harmless);
  expect(openEnv({ ...harmless, ...secrets }, ["*", ...Object.keys(secrets)])).toEqual(harmless);
});

test("kept output is the beginning and the end of everything, whatever the pieces", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 40 })), fc.integer({ min: 8, max: 60 }), (pieces, room) => {
      const output = new RetainedOutput(room);
      for (const piece of pieces) output.push(piece);
      const all = pieces.join("");
      expect(output.total).toBe(all.length);
      if (all.length <= room) expect(output.text).toBe(all);
      else expect(output.dropped).toBe(all.length - room);
      expect(all.endsWith(output.end(5))).toBe(true);
      for (const position of [0, 3, all.length]) {
        const { text, lost } = output.since(position);
        if (position <= all.length) expect(text.length + lost).toBe(all.length - position);
        expect(all.endsWith(text.slice(-3))).toBe(true);
      }
    }),
  );
});
