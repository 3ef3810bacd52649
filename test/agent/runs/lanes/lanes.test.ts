import { expect, test } from "bun:test";
import fc from "fast-check";
import { configuredWidths, Lanes, type Slot } from "../../../../src/agent/runs/lanes/lanes.ts";

test("a lane never has more at work than its width, and lets them in in order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.constantFrom("come", "go", "leave"), { maxLength: 50 }),
      async (width, acts) => {
        const lanes = new Lanes(() => width);
        const slots: Slot[] = [];
        const entered: number[] = [];
        const waiting: { readonly id: number; readonly controller: AbortController }[] = [];
        const left = new Set<number>();
        let came = 0;
        for (const act of acts) {
          if (act === "come") {
            const id = (came += 1);
            const controller = new AbortController();
            waiting.push({ id, controller });
            void lanes.acquire("main", controller.signal).then((slot) => {
              if (!slot) return;
              entered.push(id);
              slots.push(slot);
              const index = waiting.findIndex((one) => one.id === id);
              waiting.splice(index, 1);
            });
          } else if (act === "go") {
            const slot = slots.shift();
            slot?.release();
            slot?.release();
          } else {
            const gone = waiting.pop();
            if (gone) left.add(gone.id);
            gone?.controller.abort();
          }
          for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
          expect(lanes.busy("main")).toBeLessThanOrEqual(width);
          expect(lanes.busy("main")).toBe(slots.length);
          if (waiting.length > 0) expect(lanes.busy("main")).toBe(width);
        }
        expect(entered).toEqual(entered.toSorted((a, b) => a - b));
        expect(entered.some((id) => left.has(id))).toBe(false);
      },
    ),
  );
});

test("a width that is raised lets in those who wait, lanes do not share", async () => {
  let width = 1;
  const lanes = new Lanes((lane) => (lane === "main" ? width : 1));
  const { signal } = new AbortController();
  const first = await lanes.acquire("main", signal);
  const entered: string[] = [];
  for (const name of ["b", "c"]) void lanes.acquire("main", signal).then(() => entered.push(name));
  await lanes.acquire("cron", signal);
  width = 3;
  first?.release();
  await Bun.sleep(0);
  expect(entered).toEqual(["b", "c"]);
});

test("widths: the configured ones, else by processors; helpers 8, background 3, others 1", () => {
  const unset = configuredWidths(() => ({ main: undefined, subagent: undefined }), 4);
  expect(["main", "subagent", "background", "cron"].map(unset)).toEqual([64, 8, 3, 1]);
  expect(configuredWidths(() => ({ main: undefined, subagent: undefined }), 32)("main")).toBe(128);
  const set = configuredWidths(() => ({ main: 2, subagent: 5 }), 4);
  expect(["main", "subagent"].map(set)).toEqual([2, 5]);
});
