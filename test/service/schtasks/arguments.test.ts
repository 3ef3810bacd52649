import { expect, test } from "bun:test";
import fc from "fast-check";
import { joinArguments, quoteArgument, splitArguments } from "../../../src/service/schtasks/arguments.ts";
import { argumentsOf } from "../../fakes/schtasks/index.ts";

const argument = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom("\\", '"', " ", "\t", "a", "&", "%", "ä") }),
);

test("any arguments arrive as they are at a program that reads its command line by Windows' rules", () => {
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 6 }), (args) => {
      expect(argumentsOf(joinArguments(args))).toEqual(args);
      expect(argumentsOf(args.map((one) => quoteArgument(one, { always: true })).join(" "))).toEqual(args);
    }),
    { numRuns: 500 },
  );
});

test("a command line is read back as Windows reads it", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("\\", '"', " ", "a", "b") }), (line) => {
      expect(splitArguments(line)).toEqual(argumentsOf(line));
    }),
    { numRuns: 500 },
  );
});

test("plain words need no quotes, and a folder with a backslash at its end keeps it", () => {
  expect(joinArguments(["gateway", "--port", "18789"])).toBe("gateway --port 18789");
  expect(joinArguments(["C:\\My Files\\", ""])).toBe('"C:\\My Files\\\\" ""');
});
