import { expect, test } from "bun:test";
import { explainFailure } from "../../src/cli/failure.ts";

const REFUSALS = [
  { code: "ENOSPC", what: "The disk is full: ", mends: 'df -h "/data/x"' },
  { code: "EROFS", what: "The disk is read-only: ", mends: 'findmnt -T "/data/x"' },
  { code: "EACCES", what: "This user is not permitted to do that: ", mends: 'ls -ld "/data/x"' },
];

for (const { code, what, mends } of REFUSALS) {
  test(`${code} is told in words, with the command that shows more`, () => {
    const error = Object.assign(new Error(`${code}: it was refused`), { code, path: "/data/x" });
    const { message, hint } = explainFailure(error);
    expect(message).toBe(`${what}${code}: it was refused`);
    expect(hint).toContain(mends);
  });
}

test("any other error is told as it is", () => {
  expect(explainFailure(new Error("broken"))).toMatchObject({
    message: "broken",
    hint: "Set OPENCLAW_DEBUG=1 to see where it happened.",
  });
});
