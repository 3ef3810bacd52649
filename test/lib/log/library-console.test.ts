import { expect, test } from "bun:test";
import { createLogging, takeConsole } from "../../../src/lib/log/index.ts";
import { secretRegistry } from "../../../src/lib/redact.ts";
import { setClock } from "../../store/clock.ts";
import { memoryOutput } from "./memory.ts";

test("what a library prints goes to the log, its first words only, until the console is given back", () => {
  const output = memoryOutput(false);
  const settings = { consoleStyle: "compact", consoleLevel: "debug" } as const;
  const { log } = createLogging({ clock: setClock(), secrets: secretRegistry(), output, settings });
  const before = console.error;
  {
    using _taken = takeConsole(log.child("library"));
    console.error("Could not parse message into JSON:", "what the provider sent");
    console.log(new Error("what the provider sent"));
    console.debug({ body: "what the provider sent" });
  }
  expect(console.error).toBe(before);
  const said = output.lines().filter((line) => line !== "");
  expect(said.map((line) => line.replace(/^\S+ /, ""))).toEqual([
    expect.stringContaining(`said="Could not parse message into JSON:" more=1`),
    expect.stringContaining("said=Error more=0"),
    expect.stringContaining("said=object more=0"),
  ]);
  expect(said.join("\n")).not.toContain("what the provider sent");
});
