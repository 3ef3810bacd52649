import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { EVENTS, METHODS } from "../../src/protocol/index.ts";
import { EXERCISE_TIMEOUT_MS } from "./exercises/exercise.ts";
import { EXERCISES } from "./exercises/index.ts";
import { until } from "../support/index.ts";
import { World } from "./support/index.ts";

let world: World;

beforeAll(async () => {
  world = await World.create();
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const names = METHODS.map(({ name }) => name);

describe("every method answers the reference client within both schemas", () => {
  test("the exercises are those of the method table", () => {
    expect(Object.keys(EXERCISES).toSorted()).toEqual(names.toSorted());
  });

  test.each(names)(
    "%s",
    async (name) => {
      const exercise = EXERCISES[name];
      if (!exercise) throw new Error(`${name} is in the table and nobody uses it`);
      await exercise(world);
      expect(world.operator.contract.faults.splice(0)).toEqual([]);
      expect(world.node.contract.faults.splice(0)).toEqual([]);
    },
    EXERCISE_TIMEOUT_MS,
  );

  test("and on the way every event was heard, but those of other tests here", async () => {
    // The client keeps the challenge to itself; a cancel needs a time-out, a tick half a minute, a shutdown the end.
    const elsewhere = new Set(["connect.challenge", "node.invoke.cancel", "shutdown", "tick"]);
    const wanted = EVENTS.map(({ name }) => name).filter((name) => !elsewhere.has(name));
    expect(wanted).toHaveLength(EVENTS.length - elsewhere.size);
    const unheard = () => {
      const events = [world.operator, world.node].flatMap((client) => client.events);
      const heard = new Set(events.map(({ event }) => event));
      return wanted.filter((name) => !heard.has(name));
    };
    await until("the last event", () => unheard().length === 0).catch(() => undefined);
    expect(unheard()).toEqual([]);
  });
});
