import { expect } from "bun:test";
import type { Exercise } from "./exercise.ts";

const GONE = { channel: "telegram", accountId: "default", requestId: "ZZZZZZZZ" };

/** The `channels.pairing.*` methods, while nobody waits. */
export const CHANNEL_PAIRING_EXERCISES: Readonly<Record<string, Exercise>> = {
  "channels.pairing.list": async ({ operator }) => {
    const listed = await operator.call("channels.pairing.list", {});
    expect(listed).toMatchObject({ requests: [], limits: { pendingPerAccount: 3, ttlMs: 3_600_000 } });
  },
  "channels.pairing.approve": async ({ operator }) => {
    const wanted = { ...GONE, notify: true, bootstrapCommandOwner: true };
    await operator.refusal("channels.pairing.approve", wanted);
  },
  "channels.pairing.dismiss": async ({ operator }) => {
    await operator.refusal("channels.pairing.dismiss", GONE);
  },
};
