import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { PATIENCE_MS, WhatsappWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

let world: WhatsappWorld;

beforeAll(async () => {
  world = await WhatsappWorld.start();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => {
  world.model.reset();
});

test("seed 7: a message is answered by the agent, in the chat it came from", async () => {
  const said = await world.al.says("ECHO hello there");
  const answer = await world.shown("hello there");
  expect(answer.times).toBe(1);
  await world.whatsapp.journal.when("the receipt that it was read", () => said.isRead);
});
