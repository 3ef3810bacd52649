import { expect, test } from "bun:test";
import { queueSettings } from "../../../../src/agent/runs/lanes/queue-settings.ts";
import { validateConfig } from "../../../../src/config/index.ts";
import { ask } from "../house.ts";

test("the request decides, then the session, the channel, the configuration; steer at last", () => {
  const { messages } = validateConfig({
    messages: { queue: { mode: "followup", byChannel: { webchat: "collect" }, cap: 5, drop: "old" } },
  }).config;
  const request = ask("hello");
  expect(queueSettings(undefined, undefined, request)).toEqual({
    mode: "steer",
    cap: 20,
    drop: "summarize",
    debounceMs: 500,
  });
  expect(queueSettings(messages, undefined, request)).toMatchObject({ mode: "collect", cap: 5, drop: "old" });
  const elsewhere = { ...request, sender: { ...request.sender, channel: "telegram" } };
  expect(queueSettings(messages, undefined, elsewhere).mode).toBe("followup");
  const entry = { queueMode: "interrupt", queueCap: 3, queueDrop: "new", queueDebounceMs: 9 } as const;
  expect(queueSettings(messages, entry, request)).toEqual({
    mode: "interrupt",
    cap: 3,
    drop: "new",
    debounceMs: 9,
  });
  expect(queueSettings(messages, entry, { ...request, queueMode: "steer" }).mode).toBe("steer");
});
