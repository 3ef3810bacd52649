import { expect } from "bun:test";
import type { World } from "../support/index.ts";
import type { Exercise } from "./exercise.ts";

const ACCOUNT = { channel: "telegram", accountId: "default" };
const GONE = { ...ACCOUNT, requestId: "ZZZZZZZZ" };

interface Listed {
  readonly requests: readonly { readonly requestId: string; readonly senderId: string }[];
}

/** Somebody nobody knows writes to the bot; the person, and the request that came of it. */
async function stranger({ telegram, operator }: World) {
  const person = telegram.user();
  const { text = "" } = person.says("hello");
  await telegram.journal.when(`an answer to ${text}`, () => person.chat().texts().length > 1);
  const { requests } = await operator.call<Listed>("channels.pairing.list", {});
  const request = requests.find(({ senderId }) => senderId === String(person.id));
  if (!request) throw new Error(`nobody asks for ${person.id}`);
  return { person, wanted: { ...ACCOUNT, requestId: request.requestId } };
}

/** The `channels.pairing.*` methods. */
export const CHANNEL_PAIRING_EXERCISES: Readonly<Record<string, Exercise>> = {
  "channels.pairing.list": async ({ operator }) => {
    const listed = await operator.call("channels.pairing.list", {});
    expect(listed).toMatchObject({ requests: [], limits: { pendingPerAccount: 3, ttlMs: 3_600_000 } });
  },
  "channels.pairing.approve": async (world) => {
    const { operator } = world;
    const { person, wanted } = await stranger(world);
    const senderId = String(person.id);
    // Together with the owner of the commands, as the Control UI asks.
    const asked = { ...wanted, notify: true, bootstrapCommandOwner: true };
    expect(await operator.call("channels.pairing.approve", asked)).toMatchObject({
      requestId: wanted.requestId,
      senderId,
    });
    expect(person.chat().texts()).toHaveLength(3);
    await operator.refusal("channels.pairing.approve", asked);
  },
  "channels.pairing.dismiss": async (world) => {
    const { person, wanted } = await stranger(world);
    expect(await world.operator.call("channels.pairing.dismiss", wanted)).toEqual({
      requestId: wanted.requestId,
      senderId: String(person.id),
    });
    await world.operator.refusal("channels.pairing.dismiss", GONE);
  },
};
