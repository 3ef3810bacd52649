import { expect, test } from "bun:test";
import { START_ORDER } from "../../build/compile.ts";
import { recordStart } from "../../build/start-order.ts";
import { openclawBinary } from "../support/index.ts";

/** A start whose functions are strangers to the recorded order reads all of the executable's bytecode again. */
const MIN_KNOWN = 0.8;

/** A start, the two seconds for which it is watched, and an end. */
const START_TIMEOUT_MS = 60_000;

test(
  "four of five functions that a start uses were known when the order of the bytecode was recorded",
  async () => {
    const known = new Set((await Bun.file(START_ORDER).text()).split("\n"));
    const { used } = await recordStart(await openclawBinary());
    expect(used.length).toBeGreaterThan(1_000);
    const share = used.filter((line) => known.has(line)).length / used.length;
    expect(share, "record it anew with: bun build/start-order.ts").toBeGreaterThan(MIN_KNOWN);
  },
  START_TIMEOUT_MS,
);
