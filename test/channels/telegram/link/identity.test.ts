import { expect, test } from "bun:test";
import { telegramClient } from "../../../../src/channels/telegram/client/index.ts";
import { forgetIdentity, identify } from "../../../../src/channels/telegram/link/identity.ts";
import { ManualClock } from "../../../support/index.ts";
import { tinyBotApi, TOKEN } from "../bot-api.ts";
import { recordedContext } from "../context.ts";

test("who the bot is is asked once a day, for each token, and again when it was forgotten", async () => {
  await using api = tinyBotApi(() => undefined);
  const clock = new ManualClock();
  const context = recordedContext({ apiRoot: api.root }, { clock });
  const client = await telegramClient({
    token: TOKEN,
    apiRoot: api.root,
    egress: context.egress,
    policy: { reach: "public", trusted: [api.root] },
    clock,
  });
  const { signal } = new AbortController();
  const asked = async (token = TOKEN) => {
    const identity = await identify(client, token, context, signal);
    expect(identity).toMatchObject({
      self: { id: "4242", username: "mock_bot" },
      name: "MockBot",
      readsGroups: true,
    });
    return api.calls.length;
  };
  expect([await asked(), await asked()]).toEqual([1, 1]);
  clock.advance(86_399_999);
  expect(await asked()).toBe(1);
  clock.advance(1);
  expect(await asked()).toBe(2);
  expect(await asked("4242:another-token")).toBe(3);
  await forgetIdentity(context);
  expect(await asked("4242:another-token")).toBe(4);
  expect(JSON.stringify([...context.kept])).not.toContain(TOKEN.slice(5));
});
