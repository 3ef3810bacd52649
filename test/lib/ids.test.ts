import { expect, test } from "bun:test";
import { type Ids, randomIds, sequentialIds } from "../../src/lib/ids.ts";

const makers: [string, () => Ids][] = [
  ["random", () => randomIds],
  ["sequential", sequentialIds],
];

for (const [name, make] of makers) {
  test(`${name} ids have the shapes that clients expect, and never repeat`, () => {
    const ids = make();
    expect(ids.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids.token()).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(ids.hex()).toMatch(/^[0-9a-f]{48}$/);
    expect(ids.hex(8)).toMatch(/^[0-9a-f]{16}$/);
    const many = Array.from({ length: 300 }, (_, i) => [ids.uuid(), ids.token(), ids.hex()][i % 3]);
    expect(new Set(many).size).toBe(300);
  });
}

test("sequential ids are the same in every run", () => {
  expect(sequentialIds().uuid()).toBe("00000000-0000-4000-8000-000000000001");
});
