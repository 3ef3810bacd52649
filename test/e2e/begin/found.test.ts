import { expect, test } from "bun:test";
import { KEY, within } from "../../support/index.ts";
import { ANSWER, BeginWorld, KEY_OF_MODEL } from "./world.ts";

const PATIENCE = 60_000;

/** Of a conversation. */
const PROMPT = "> ";

test(
  "bare openclaw at a terminal begins on a fresh home, offers the key and the server it finds, and then converses",
  async () => {
    await using world = await BeginWorld.open({ open: true });
    const env = { OPENAI_API_KEY: "sk-found-0123456789abcdef", OLLAMA_HOST: world.model.origin };
    await using terminal = world.terminalWith(env);
    await terminal.sees("I understand, and want to go on");
    terminal.type(KEY.enter);
    await terminal.sees("How shall it be set up?");
    terminal.type(KEY.enter);
    await terminal.sees("Which model shall answer?");
    await terminal.sees("OpenAI (with the key in OPENAI_API_KEY)");
    terminal.type(KEY.down);
    await terminal.sees("Ollama on this machine (mock-1");
    terminal.type(KEY.enter);
    await terminal.sees("ollama/mock-1 answers");
    await terminal.sees("Connect a chat");
    terminal.type(KEY.enter);
    await terminal.sees("Start the gateway in this terminal now?");
    terminal.type(KEY.enter);
    await terminal.sees("Say something to your agent");
    terminal.type(KEY.enter);
    await terminal.sees(ANSWER);
    await terminal.sees("The gateway runs in this terminal");
    expect(await world.config()).toMatchObject({
      agents: { defaults: { model: { primary: "ollama/mock-1" } } },
    });

    await using conversation = world.terminalWith(env);
    // Between two prompts the terminal is not the program's: keys mean something else there, or get lost.
    await conversation.sees("Ctrl-D leaves.");
    await conversation.sees(PROMPT);
    conversation.type("Still there?", KEY.enter);
    await conversation.sees(ANSWER);
    await conversation.sees(PROMPT);
    conversation.type(KEY.ctrlD);
    expect(await within("the end of the conversation", conversation.exited)).toBe(0);
    terminal.type(KEY.ctrlC);
    expect(await within("the end", terminal.exited)).toBe(0);
    expect(terminal.recording()).not.toContain(env.OPENAI_API_KEY);
  },
  PATIENCE,
);

test(
  "configure changes the sections it is asked for, and config alone asks which",
  async () => {
    await using world = await BeginWorld.open();
    await world.script(["setup", "--baseline"]);
    await using gateway = world.terminal("configure", "--section", "gateway", "--section", "workspace");
    await gateway.sees("In which folder shall the agent work?");
    gateway.type(KEY.enter);
    await gateway.sees("What shall your first agent be called?");
    gateway.type(KEY.enter);
    await gateway.sees("Where does the gateway run?");
    gateway.type(KEY.enter);
    await gateway.sees("On which port?");
    gateway.type(KEY.backspace.repeat(5), "19222", KEY.enter);
    await gateway.sees("Who may reach it?");
    gateway.type(KEY.down, KEY.enter);
    await gateway.sees("Publish it through Tailscale?");
    gateway.type(KEY.enter);
    await gateway.sees("How do clients sign in?");
    gateway.type(KEY.down, KEY.enter);
    await gateway.sees("A password for the gateway");
    gateway.type("short", KEY.enter);
    await gateway.sees("That is too short.");
    gateway.type("correct-horse", KEY.enter);
    expect(await within("the end", gateway.exited)).toBe(0);
    expect(gateway.recording()).not.toContain("correct-horse");
    expect(await world.config()).toMatchObject({
      gateway: { port: 19_222, bind: "lan", auth: { mode: "password", password: "correct-horse" } },
    });

    await using bare = world.terminal("config");
    await bare.sees("What shall be changed?");
    bare.type(KEY.up, KEY.enter);
    expect(await within("the end", bare.exited)).toBe(0);
    const wrong = await world.script(["configure", "--section", "web"]);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("Invalid --section")]);
  },
  PATIENCE,
);

test(
  "step by step, what was named on the command line is not asked",
  async () => {
    await using world = await BeginWorld.open();
    const named =
      "--accept-risk --flow manual --mode local --workspace ~/desk --agent-name Robby --skip-channels";
    const flags = [...named.split(" "), "--auth-choice", "custom-api-key", "--gateway-bind", "lan"];
    await using terminal = world.terminal("onboard", ...flags);
    await terminal.sees("Address of the server");
    terminal.type(world.model.openAiUrl, KEY.enter);
    await terminal.sees("How is it spoken to?");
    terminal.type(KEY.enter);
    await terminal.sees("Name of the model");
    terminal.type(`mock-1${KEY.enter}`);
    await terminal.sees("Its API key");
    terminal.type(KEY_OF_MODEL, KEY.enter);
    await terminal.sees("On which port?");
    terminal.type(KEY.enter);
    await terminal.sees("Publish it through Tailscale?");
    terminal.type(KEY.enter);
    await terminal.sees("How do clients sign in?");
    terminal.type(KEY.enter);
    await terminal.sees("Install the gateway as a service");
    terminal.type(KEY.down, KEY.enter);
    await terminal.sees("Start the gateway in this terminal now?");
    terminal.type(KEY.down, KEY.enter);
    expect(await within("the end", terminal.exited)).toBe(0);
    for (const unasked of ["In which folder", "be called", "Who may reach it", "Which model shall answer"])
      expect(terminal.text()).not.toContain(unasked);
    expect(await world.config()).toMatchObject({
      gateway: { bind: "lan", auth: { mode: "token" } },
      agents: { defaults: { workspace: "~/desk" }, entries: { robby: { name: "Robby" } } },
    });
    expect(world.has("desk", "AGENTS.md")).toBe(true);
  },
  PATIENCE,
);
