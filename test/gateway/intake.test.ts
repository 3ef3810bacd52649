import { expect, test } from "bun:test";
import {
  MAX_HELD_REQUESTS_PER_CONNECTION,
  MAX_INFLIGHT_REQUEST_BYTES,
  MAX_INFLIGHT_REQUESTS,
} from "../../src/gateway/limits.ts";
import { Intake } from "../../src/gateway/wire/intake.ts";
import { nodes, status } from "../../src/protocol/index.ts";
import { aClient } from "./clients.ts";

const operator = aClient("operator");
const other = aClient("other");
const node = aClient("node", { role: "node" });

const BUSY = "The server is busy. Please try again in a moment.";

function fill(intake: Intake, count: number, enter: () => () => void): (() => void)[] {
  const leaves = Array.from({ length: count }, enter);
  expect(intake.active).toBeGreaterThanOrEqual(count);
  return leaves;
}

test("work has one bound for all operators, and room again when a request is answered", () => {
  const intake = new Intake();
  const [leave] = fill(intake, MAX_INFLIGHT_REQUESTS, () => intake.enter(status.status, operator, 100));
  expect(() => intake.enter(status.status, other, 100)).toThrow(BUSY);
  leave?.();
  intake.enter(status.status, other, 100);
});

test("a full house still hears what nodes answer, and takes in what waits", () => {
  const intake = new Intake();
  fill(intake, MAX_INFLIGHT_REQUESTS, () => intake.enter(status.status, operator, 100));
  intake.enter(nodes.invokeResult, node, MAX_INFLIGHT_REQUEST_BYTES);
  intake.enter(nodes.invoke, other, 100);
});

test("what waits is bounded for each connection, and leaves the room for work alone", () => {
  const intake = new Intake();
  const held = fill(intake, MAX_HELD_REQUESTS_PER_CONNECTION, () => intake.enter(nodes.invoke, operator, 1));
  expect(() => intake.enter(nodes.invoke, operator, 1)).toThrow(BUSY);
  intake.enter(nodes.invoke, other, 1)();
  intake.enter(status.status, operator, 1)();
  for (const leave of held) leave();
  expect(intake.active).toBe(0);
  intake.enter(nodes.invoke, operator, 1);
});

test("bytes are bounded too, for work and for what waits", () => {
  const intake = new Intake();
  for (const spec of [status.status, nodes.invoke]) {
    const leave = intake.enter(spec, operator, MAX_INFLIGHT_REQUEST_BYTES);
    expect(() => intake.enter(spec, other, 1)).toThrow(BUSY);
    leave();
    intake.enter(spec, other, 1)();
  }
  expect(intake.active).toBe(0);
});
