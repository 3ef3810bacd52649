import { expect, test } from "bun:test";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { StartupEntry } from "../../../src/service/schtasks/startup-entry.ts";
import { taskXml } from "../../../src/service/schtasks/task-xml.ts";
import { argumentsOf } from "../../fakes/schtasks/index.ts";
import { tempHome } from "../../support/index.ts";

/** What is left of a line of a batch file for the shell to act on: text outside of quotes, variables in it put in place. */
function outsideQuotes(line: string): string {
  return line.replaceAll("%%", "").replaceAll(/"[^"]*"/g, "");
}

const word = fc.string({
  unit: fc.constantFrom("&", "|", "<", ">", "^", "%", "!", "(", " ", "a", "\\", "é"),
  minLength: 1,
});

test("B19: no argument of a launcher can be more than an argument, and all come back as they were (31994)", async () => {
  await using home = await tempHome();
  const entry = new StartupEntry(home.at("Startup/OpenClaw Gateway.cmd"), home.at("state/gateway.cmd"));
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 4 }),
      word,
      (programArguments, workingDirectory) => {
        entry.write({ programArguments, workingDirectory });
        expect(entry.read()).toEqual({ programArguments, workingDirectory });
        const lines = readFileSync(entry.scriptPath, "utf8").split("\r\n");
        const [change = "", start = ""] = lines.slice(-3);
        expect(outsideQuotes(change)).toBe("cd /d ");
        expect(outsideQuotes(start)).toMatch(/^start  \/min *$/);
        expect(argumentsOf(start.replaceAll("%%", "%")).slice(3)).toEqual(programArguments);
        expect(lines.includes("chcp 65001 >nul")).toBe(/é/.test(lines.join()));
      },
    ),
    { numRuns: 100 },
  );
});

test("a launcher is not written for words that would end their quotes or their line", async () => {
  await using home = await tempHome();
  const entry = new StartupEntry(home.at("Startup/x.cmd"), home.at("state/gateway.cmd"));
  for (const bad of ['C:\\a".exe', "C:\\a\r\ncalc.exe", "a\0b"]) {
    expect(() => entry.write({ programArguments: [bad], workingDirectory: "C:\\" })).toThrow("cannot hold");
  }
  expect(entry.isActive).toBe(false);
});

test("a task is not made of words the Task Scheduler would put something else in place of", () => {
  const definition = {
    description: "OpenClaw Gateway",
    programArguments: ["C:\\openclaw.exe", "gateway"],
    workingDirectory: "C:\\",
    environment: {},
    secretEnvironment: {},
  };
  const facts = { user: "PC\\me", envFile: "C:\\e.env", enabled: true };
  expect(taskXml(definition, facts)).toContain("<Command>C:\\openclaw.exe</Command>");
  for (const bad of ["C:\\%TEMP%\\openclaw.exe", "C:\\$(Arg0).exe", "C:\\a\u0001.exe"]) {
    expect(() => taskXml({ ...definition, programArguments: [bad] }, facts)).toThrow();
  }
  expect(taskXml({ ...definition, programArguments: ["C:\\100% mine\\o.exe"] }, facts)).toContain(
    "100% mine",
  );
});
