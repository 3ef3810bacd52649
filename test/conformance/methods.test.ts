import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { EVENTS, METHODS } from "../../src/protocol/index.ts";
import { EXERCISES } from "./exercises/index.ts";
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

  test.each(names)("%s", async (name) => {
    const exercise = EXERCISES[name];
    if (!exercise) throw new Error(`${name} is in the table and nobody uses it`);
    await exercise(world);
    expect(world.operator.contract.faults.splice(0)).toEqual([]);
    expect(world.node.contract.faults.splice(0)).toEqual([]);
  });

  test("and on the way every event was heard, but those of other tests here", () => {
    const heard = new Set(
      [world.operator, world.node].flatMap(({ events }) => events.map(({ event }) => event)),
    );
    const unheard = EVENTS.map(({ name }) => name).filter((name) => !heard.has(name));
    // The client keeps the challenge to itself; a cancel needs a time-out, a tick half a minute, a shutdown the end.
    expect(unheard.toSorted()).toEqual(["connect.challenge", "node.invoke.cancel", "shutdown", "tick"]);
  });
});
