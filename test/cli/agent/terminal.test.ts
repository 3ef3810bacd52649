import { expect, test } from "bun:test";
import { cleanEnv, inTerminal, KEY, openclawCommand, tempHome, within } from "../../support/index.ts";
import { turnGateway } from "./turns.ts";

/** `openclaw agent` at a terminal of its own. */
async function atTerminal(port: number, home: string) {
  const variables = { OPENCLAW_GATEWAY_PORT: String(port), OPENCLAW_GATEWAY_TOKEN: "s3cret" };
  return inTerminal([...(await openclawCommand()), "agent"], {
    cwd: home,
    env: cleanEnv(home, { TERM: "xterm", ...variables }),
    columns: 80,
    rows: 24,
  });
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
  await using person = await atTerminal(gateway.port, home.path);
  // A key counts only where somebody reads it: each is pressed at the prompt that follows what was seen before.
  await person.sees("> ");
  person.type("first", KEY.enter);
  await person.sees("word0 and 1.");
  await person.sees("> ");
  person.type(KEY.up, KEY.enter);
  await person.sees("word0 and 2.");
  await person.sees("> ");
  person.type("slow", KEY.enter);
  await person.sees("word0");
  person.type(KEY.ctrlC);
  await person.sees("Stopped.");
  await person.sees("> ");
  person.type(KEY.ctrlD);
  expect(await within("the end of the program", person.exited)).toBe(0);
  expect(said).toEqual(["first", "first", "slow"]);
});

test("a gateway that goes away ends the program at the terminal, too", async () => {
  await using gateway = turnGateway((turn) => turn.line.close(1012, "service restart"));
  await using home = await tempHome();
  await using person = await atTerminal(gateway.port, home.path);
  await person.sees("> ");
  person.type("first", KEY.enter);
  expect(await within("the end of the program", person.exited)).toBe(1);
  await person.sees("service restart");
});
