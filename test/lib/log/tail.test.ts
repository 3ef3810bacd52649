import { expect, test } from "bun:test";
import { appendFileSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { tailLog } from "../../../src/lib/log/index.ts";
import { tempDir } from "../../store/temp.ts";

test("without a cursor the newest lines come, oldest of them first", async () => {
  using dir = tempDir();
  const file = dir.file("x.log");
  writeFileSync(file, "a\nb\nc\nd\n");
  expect(await tailLog({ file, limit: 3 })).toEqual({
    file,
    cursor: 8,
    size: 8,
    lines: ["b", "c", "d"],
    truncated: true,
    reset: false,
  });
  expect(await tailLog({ file })).toMatchObject({
    lines: ["a", "b", "c", "d"],
    truncated: false,
    reset: false,
  });
});

test("with a cursor only what came after it, and the same cursor when nothing did", async () => {
  using dir = tempDir();
  const file = dir.file("x.log");
  writeFileSync(file, "a\nb\n");
  const { cursor } = await tailLog({ file });
  expect(await tailLog({ file, cursor })).toMatchObject({
    cursor,
    lines: [],
    truncated: false,
    reset: false,
  });
  appendFileSync(file, "c\nd\n");
  expect(await tailLog({ file, cursor })).toMatchObject({
    cursor: 8,
    lines: ["c", "d"],
    truncated: false,
    reset: false,
  });
});

test("an unfinished line waits until it is whole", async () => {
  using dir = tempDir();
  const file = dir.file("x.log");
  writeFileSync(file, "a\nhalf");
  const first = await tailLog({ file });
  expect(first).toMatchObject({ cursor: 2, size: 6, lines: ["a"] });
  appendFileSync(file, " line\n");
  expect(await tailLog({ file, cursor: first.cursor })).toMatchObject({ lines: ["half line"], reset: false });
});

test("a file cut or replaced behind the cursor is read anew and says reset", async () => {
  using dir = tempDir();
  const file = dir.file("x.log");
  writeFileSync(file, "a\nb\nc\n");
  const { cursor } = await tailLog({ file });
  truncateSync(file, 0);
  expect(await tailLog({ file, cursor })).toMatchObject({ cursor: 0, lines: [], reset: true });
  appendFileSync(file, "new\n");
  expect(await tailLog({ file, cursor })).toMatchObject({ cursor: 4, lines: ["new"], reset: true });
  writeFileSync(file, "another file, longer than the old cursor\nsecond\n");
  expect(await tailLog({ file, cursor })).toMatchObject({
    lines: ["another file, longer than the old cursor", "second"],
    reset: true,
  });
});

test("a backlog larger than the byte limit is skipped to its newest lines and says so", async () => {
  using dir = tempDir();
  const file = dir.file("x.log");
  writeFileSync(file, "start\n");
  const { cursor } = await tailLog({ file });
  appendFileSync(file, Array.from({ length: 100 }, (_, i) => `line ${i}\n`).join(""));
  const tail = await tailLog({ file, cursor, maxBytes: 50 });
  expect(tail).toMatchObject({ truncated: true, reset: true });
  expect(tail.lines).toEqual(["line 94", "line 95", "line 96", "line 97", "line 98", "line 99"]);
});

test("a line larger than the byte limit is left out, what follows it is not", async () => {
  using dir = tempDir();
  const file = dir.file("x.log");
  writeFileSync(file, `small\n${"x".repeat(1_000)}`);
  expect(await tailLog({ file, maxBytes: 100 })).toMatchObject({ lines: [], truncated: true });
  appendFileSync(file, "\nafter\n");
  expect(await tailLog({ file, maxBytes: 100 })).toMatchObject({ lines: ["after"], truncated: true });
  expect(await tailLog({ file, cursor: 6, maxBytes: 100 })).toMatchObject({ lines: ["after"], reset: true });
});

test("limits out of range are moved into it, cursors that are no place count from the start", async () => {
  using dir = tempDir();
  const file = dir.file("x.log");
  writeFileSync(file, "a\nb\n");
  expect(await tailLog({ file, limit: 0 })).toMatchObject({ lines: ["b"] });
  expect(await tailLog({ file, limit: 1e9, maxBytes: Number.NaN })).toMatchObject({ lines: ["a", "b"] });
  expect(await tailLog({ file, cursor: -5 })).toMatchObject({ lines: ["a", "b"], reset: false });
});

test("a file that is not there is an empty one, a folder is an error", async () => {
  using dir = tempDir();
  const file = dir.file("none.log");
  expect(await tailLog({ file })).toEqual({
    file,
    cursor: 0,
    size: 0,
    lines: [],
    truncated: false,
    reset: false,
  });
  expect(await tailLog({ file, cursor: 9 })).toMatchObject({ reset: true });
  mkdirSync(dir.file("folder"));
  await expect(tailLog({ file: dir.file("folder") })).rejects.toThrow("not a regular file");
});

test("following a growing file by cursor yields every line once, whatever the characters and the steps", async () => {
  using dir = tempDir();
  const file = dir.file("x.log");
  const line = fc.string({ unit: "grapheme", maxLength: 30 }).map((text) => text.replaceAll("\n", " "));
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 30 }),
      fc.infiniteStream(fc.nat(40)),
      async (lines, steps) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""));
        writeFileSync(file, "");
        const seen: string[] = [];
        let cursor = 0;
        let written = 0;
        while (written < bytes.length) {
          const step = 1 + (steps.next().value ?? 0);
          appendFileSync(file, bytes.subarray(written, written + step));
          written += step;
          const tail = await tailLog({ file, cursor });
          expect(tail.reset).toBe(false);
          seen.push(...tail.lines);
          cursor = tail.cursor;
        }
        expect(seen).toEqual(lines.map((text) => text.toWellFormed()));
      },
    ),
    { numRuns: 50 },
  );
});

test("any file and any request get an answer within the limits", async () => {
  using dir = tempDir();
  const file = dir.file("x.log");
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 300 }),
      fc.option(fc.double(), { nil: undefined }),
      fc.option(fc.double(), { nil: undefined }),
      fc.option(fc.integer({ min: -1, max: 400 }), { nil: undefined }),
      async (bytes, limit, maxBytes, cursor) => {
        writeFileSync(file, bytes);
        const tail = await tailLog({ file, cursor, limit, maxBytes });
        expect(tail.size).toBe(bytes.length);
        expect(tail.cursor).toBeLessThanOrEqual(tail.size);
        const again = await tailLog({ file, cursor: tail.cursor });
        expect(again.lines.length === 0 || again.reset || tail.cursor === 0).toBe(true);
      },
    ),
    { numRuns: 100 },
  );
});
