import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cleanEnv, inTerminal, KEY, type TempHome, tempHome, within } from "../../support/index.ts";

const ASKING = join(import.meta.dir, "asking.ts");

function asking(home: TempHome, env: Record<string, string> = {}, profile = "") {
  return inTerminal([process.execPath, ASKING, home.at("answers.json"), profile], {
    cwd: home.path,
    env: { ...cleanEnv(home.path), ...env },
  });
}

test("each kind of question is answered with keys, and a secret is never on the screen", async () => {
  await using home = await tempHome();
  await using terminal = asking(home);
  await terminal.sees("Your name?");
  terminal.type(KEY.enter);
  await terminal.sees("Type a name.");
  terminal.type(" Ada ", KEY.enter);
  await terminal.sees("Your secret?");
  terminal.type("s3cret-value", KEY.enter);
  await terminal.sees("Sure?");
  terminal.type(KEY.up, KEY.enter);
  await terminal.sees("Which one?");
  terminal.type(KEY.down, KEY.enter);
  await terminal.sees("Which ones?");
  terminal.type(KEY.space, KEY.enter);
  await terminal.sees("That is all.");
  expect(await within("the end", terminal.exited)).toBe(0);
  expect(await Bun.file(home.at("answers.json")).json()).toEqual({
    name: "Ada",
    secret: "s3cret-value",
    sure: true,
    one: { id: 2 },
    some: ["a", "b"],
    done: "done",
  });
  expect(terminal.recording()).not.toContain("s3cret");
});

test.each(["ctrlC", "ctrlD", "escape"] as const)(
  "%s at a question ends the program with 130",
  async (key) => {
    await using home = await tempHome();
    await using terminal = asking(home);
    await terminal.sees("Your name?");
    terminal.type("Ada", KEY.enter);
    await terminal.sees("Your secret?");
    terminal.type(KEY[key]);
    expect(await within("the end", terminal.exited)).toBe(130);
    expect(existsSync(home.at("answers.json"))).toBe(false);
  },
);

test("a terminal window that is closed ends the program", async () => {
  await using home = await tempHome();
  await using terminal = asking(home);
  await terminal.sees("Your name?");
  terminal.hangUp();
  expect(await within("the end", terminal.exited)).not.toBe(0);
});

test("there are no colours with NO_COLOR, and there are without it", async () => {
  await using home = await tempHome();
  const colour = /\u001b\[[0-9;]*m/;
  await using plain = asking(home);
  await plain.sees("Your name?");
  expect(plain.recording()).not.toMatch(colour);
  const { NO_COLOR: _, ...env } = cleanEnv(home.path);
  await using painted = inTerminal([process.execPath, ASKING, home.at("answers.json"), ""], {
    cwd: home.path,
    env,
  });
  await painted.sees("Your name?");
  expect(painted.recording()).toMatch(colour);
});

test("printed commands name the profile, and texts from outside do not paint the screen", async () => {
  await using home = await tempHome();
  await using terminal = asking(home, {}, "work");
  const note = await terminal.sees("openclaw --profile work status");
  expect(note).toContain("[2Jmore.");
});
