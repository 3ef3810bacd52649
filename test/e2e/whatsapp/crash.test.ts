import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { Gate, hold, late, say } from "../../fakes/model-provider/index.ts";
import { faults } from "../../fakes/whatsapp/index.ts";
import { within } from "../../support/index.ts";
import { PATIENCE_MS, WhatsappWorld } from "./support/index.ts";

setDefaultTimeout(2 * PATIENCE_MS);

let world: WhatsappWorld;
beforeAll(async () => {
  world = await WhatsappWorld.start();
  await world.echo("warm");
});
afterAll(() => world[Symbol.asyncDispose]());

/** Instants in the life of a message at which a gateway is killed; each settles when that instant has come. */
const INSTANTS: Readonly<Record<string, (text: string) => Promise<unknown>>> = {
  "as the message is on its way to it": (text) => world.al.says(text),
  "as it tells that it has the message": async (text) => {
    const id = world.whatsapp.world.messageId();
    const receipt = world.whatsapp.faults.add("receipt", faults.hang(), {
      when: ({ attrs }) => attrs.id === id,
    });
    await world.al.says(text, { id });
    return world.whatsapp.journal.when("its receipt", () => receipt.hits > 0);
  },
  "while the model thinks": async (text) => {
    const gate = new Gate();
    world.model.next(late(say(["lost"]), hold(gate)));
    await world.al.says(text);
    await within("the question to reach the model", gate.reached);
  },
  "as its answer is on the way and does not arrive": async (text) => {
    const rule = world.whatsapp.faults.add("message", faults.hang());
    await world.al.says(text);
    return world.whatsapp.journal.when("the answer", () => rule.hits > 0);
  },
  "as its answer has arrived and nobody said so": async (text) => {
    const rule = world.whatsapp.faults.add("message", faults.hangAfter());
    await world.al.says(text);
    return world.whatsapp.journal.when("the answer", () => rule.hits > 0);
  },
  "as its answer was acknowledged": async (text) => {
    world.whatsapp.journal.clear();
    await world.al.says(text);
    return world.whatsapp.journal.when("the acknowledgement", () =>
      world.whatsapp.journal.out("ack").some(({ attrs }) => attrs.class === "message"),
    );
  },
};

for (const [instant, reach] of Object.entries(INSTANTS)) {
  test(`killed ${instant}, a gateway answers once`, async () => {
    const words = `killed ${instant}`;
    await reach(`ECHO ${words}`);
    await world.down("SIGKILL");
    world.whatsapp.faults.clear();
    world.model.reset();
    await world.up();
    await world.shown(words);
    await world.echo(`checkpoint ${instant}`);
    await world.settled();
    expect(world.al.texts().filter((text) => text === words)).toEqual([words]);
    expect(world.al.texts().at(-1)).toBe(`checkpoint ${instant}`);
  });
}

test("through kills in the middle of a burst everybody is answered, each message once", async () => {
  const people = [0, 1, 2].map((index) => world.whatsapp.person(`+1555000004${index}`));
  // Whoever writes while the old policy still holds is rightly not answered.
  await world.down();
  await world.configure({ allowFrom: ["*"], dmPolicy: "open" });
  await world.up();
  const words: string[] = [];
  for (let round = 0; round < 2; round += 1) {
    for (const [index, person] of people.entries()) {
      const mark = `round ${round} of ${index}`;
      words.push(mark);
      await person.says(`ECHO ${mark}`);
    }
    // Wherever the gateway is by now: the more rounds, the further it got.
    await world.whatsapp.journal.when(
      "some answers",
      () => people.reduce((sum, person) => sum + person.texts().length, 0) >= round,
    );
    await world.down("SIGKILL");
    await world.up();
  }
  await world.whatsapp.journal.when(
    "all answers",
    () => words.every((mark) => people.some((person) => person.texts().join("\n").includes(mark))),
    PATIENCE_MS,
  );
  await world.settled();
  const all = people.flatMap((person) => person.texts());
  expect(words.filter((mark) => all.filter((text) => text?.includes(mark)).length !== 1)).toEqual([]);
});
