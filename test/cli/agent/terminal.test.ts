import { expect, test } from "bun:test";
import { cleanEnv, openclawCommand, tempHome, until, within } from "../../support/index.ts";
import { turnGateway } from "./turns.ts";

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const UP = "\u001b[A";

/** `openclaw agent` at a terminal of its own. */
async function atTerminal(port: number, home: string) {
  let screen = "";
  const child = Bun.spawn([...(await openclawCommand()), "agent"], {
    cwd: home,
    env: cleanEnv(home, {
      TERM: "xterm",
      OPENCLAW_GATEWAY_PORT: String(port),
      OPENCLAW_GATEWAY_TOKEN: "s3cret",
    }),
    terminal: {
      cols: 80,
      rows: 24,
      data: (_terminal, data) => {
        screen += Buffer.from(data).toString();
      },
    },
  });
  const { terminal } = child;
  if (!terminal) throw new Error("there is no terminal");
  return {
    press: (keys: string) => void terminal.write(keys),
    sees: (what: string, times = 1) => until(what, () => screen.split(what).length > times),
    ended: () => within("the program to end", child.exited),
    screen: () => screen,
  };
}

test("a conversation at a real terminal: lines, history, Ctrl-C, Ctrl-D", async () => {
  const said: string[] = [];
  await using gateway = turnGateway(async (turn) => {
    said.push(String(turn.params.message));
    turn.say("word0");
    if (turn.params.message !== "slow") return turn.end(`word0 and ${said.length}.`);
    await turn.aborted;
    const payload = { runId: turn.runId, sessionKey: turn.sessionKey, seq: 9, state: "aborted" };
    turn.line.send({ type: "event", event: "chat", payload });
  });
  await using home = await tempHome();
  const person = await atTerminal(gateway.port, home.path);
  await person.sees("> ");
  person.press("first\r");
  await person.sees("word0 and 1.");
  await person.sees("> ", 2);
  person.press(`${UP}\r`);
  await person.sees("word0 and 2.");
  await person.sees("> ", 3);
  person.press("slow\r");
  await person.sees("word0", 3);
  person.press(CTRL_C);
  await person.sees("Stopped.");
  person.press(CTRL_D);
  expect(await person.ended()).toBe(0);
  expect(said).toEqual(["first", "first", "slow"]);
});

test("a gateway that goes away ends the program at the terminal, too", async () => {
  await using gateway = turnGateway((turn) => turn.line.close(1012, "service restart"));
  await using home = await tempHome();
  const person = await atTerminal(gateway.port, home.path);
  await person.sees("> ");
  person.press("first\r");
  expect(await person.ended()).toBe(1);
  expect(person.screen()).toContain("service restart");
});
