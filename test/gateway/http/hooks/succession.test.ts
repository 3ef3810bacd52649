import { expect, test } from "bun:test";
import { Succession } from "../../../../src/gateway/http/hooks/succession.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

test("those of one name come one after the other, and others at once", async () => {
  const succession = new Succession(new ManualClock());
  const first = await succession.enter("a", 1_000);
  const order: string[] = [];
  const second = succession.enter("a", 1_000).then((leave) => {
    order.push("second");
    leave?.();
  });
  const other = await succession.enter("b", 1_000);
  order.push("first leaves");
  first?.();
  other?.();
  await second;
  expect(order).toEqual(["first leaves", "second"]);
  await Promise.resolve();
  expect(succession.size).toBe(0);
});

test("who waited too long gives its place up, and those behind it still come", async () => {
  const clock = new ManualClock();
  const succession = new Succession(clock);
  const first = await succession.enter("a", 1_000);
  const late = succession.enter("a", 1_000);
  const last = succession.enter("a", 5_000);
  clock.advance(1_500);
  expect(await late).toBeUndefined();
  first?.();
  expect(await last).toBeFunction();
});
