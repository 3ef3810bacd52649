import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { ROOT } from "../../src/cli/commands/index.ts";
import { CliError } from "../../src/cli/errors.ts";
import { parse } from "../../src/cli/parse.ts";

function run(...argv: string[]) {
  const parsed = parse(argv, ROOT);
  if (parsed.kind !== "run") throw new Error(`parsed as ${parsed.kind}`);
  return { line: parsed.path.map(({ name }) => name).join(" "), ...parsed };
}

function refusal(...argv: string[]): CliError {
  try {
    parse(argv, ROOT);
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

test("root options may stand before or after the command, with a space or an equals sign", () => {
  for (const argv of [
    ["--profile=rescue", "status"],
    ["--profile", "rescue", "status"],
    ["status", "--profile", "rescue"],
  ]) {
    expect(run(...argv)).toMatchObject({ line: "openclaw status", root: { profile: "rescue" } });
  }
  expect(run("--dev", "--no-color", "status").root).toMatchObject({ dev: true, color: false });
});

test("an option of a subcommand may stand before it", () => {
  expect(run("gateway", "--port", "19001", "health")).toMatchObject({
    line: "openclaw gateway health",
    flags: { port: 19_001 },
  });
});

test("an unknown command names itself and the closest one", () => {
  expect(refusal("gatway")).toMatchObject({
    message: "Unknown command: openclaw gatway. Did you mean: openclaw gateway?",
    hint: "Try: openclaw --help",
    exitCode: 1,
  });
  expect(refusal("devices", "aprove")).toMatchObject({
    message: "Unknown command: openclaw devices aprove. Did you mean: openclaw devices approve?",
    hint: "Try: openclaw devices --help",
  });
  expect(refusal("zzzzzz").message).toBe("Unknown command: openclaw zzzzzz.");
});

test("an unknown option names the closest one", () => {
  expect(refusal("health", "--jsn").message).toBe("Unknown option: --jsn. Did you mean: --json?");
});

test("the value of an unknown option is not taken for a command", () => {
  expect(refusal("gateway", "--prot", "3")).toMatchObject({
    message: "Unknown option: --prot. Did you mean: --port?",
    hint: "Try: openclaw gateway --help",
  });
  expect(refusal("gateway", "--prot=3").message).toBe("Unknown option: --prot. Did you mean: --port?");
  expect(refusal("gatway", "--prot", "3").message).toStartWith("Unknown command: openclaw gatway.");
  expect(refusal("--dev", "gatway").message).toStartWith("Unknown command: openclaw gatway.");
});

test("a port must be a port number", () => {
  for (const value of ["abc", "0", "65536", "", " ", "1.5"]) {
    expect(refusal("gateway", "health", `--port=${value}`).message).toBe(
      "Invalid --port. Use a port number from 1 to 65535, for example 18789.",
    );
  }
  expect(refusal("gateway", "health", "--port").message).toContain("Invalid --port.");
});

test("a missing value is not stolen from the next option", () => {
  expect(refusal("gateway", "call", "health", "--params", "--json").message).toBe(
    "Option --params needs a value: --params <json>.",
  );
  expect(run("gateway", "call", "health", "--params=--json").flags).toMatchObject({ params: "--json" });
});

test("a switch takes no value, and a repeatable option keeps them all", () => {
  expect(refusal("health", "--json=maybe").message).toBe("Option --json takes no value.");
  const scopes = ["--scope", "operator.read", "--scope", "operator.write"];
  expect(run("devices", "rotate", ...scopes).flags).toMatchObject({
    scope: ["operator.read", "operator.write"],
  });
});

test("missing, surplus and empty arguments are refused", () => {
  expect(refusal("gateway", "call").message).toStartWith("Missing argument: <method>");
  expect(refusal("gateway", "call", "a", "b").message).toBe("Unexpected argument: b.");
  expect(refusal("gateway", "call", "a", "").message).toBe('Unexpected argument: "".');
  expect(refusal("completion", "tcsh").message).toBe(
    "Invalid shell: tcsh. Use one of: bash, zsh, fish, powershell.",
  );
});

test("two dashes end the options", () => {
  expect(run("gateway", "call", "--", "--odd").args).toEqual(["--odd"]);
});

test("help wins over everything that is wrong with the rest", () => {
  expect(parse(["gateway", "call", "--port", "abc", "--help"], ROOT).kind).toBe("help");
  expect(parse(["--version"], ROOT).kind).toBe("version");
  expect(parse(["--dev", "-V"], ROOT).kind).toBe("version");
});

test("whatever is typed is understood or refused in words, never by a crash", () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "gateway",
      "devices",
      "approve",
      "--",
      "-",
      "--port",
      "--json",
      "--no-color",
      "--x=",
      "-h",
      "nodes",
    ),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
      try {
        parse(argv, ROOT);
      } catch (error) {
        expect(error).toBeInstanceOf(CliError);
      }
    }),
  );
});
