import { expect, test } from "bun:test";
import { answer, Gate, hold, say, text } from "../../fakes/model-provider/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { until, within } from "../../support/wait.ts";
import { ask, House, KEY } from "./house.ts";

function shown(house: House): unknown[] {
  return house.events.told.filter(({ what }) => what === "delta").map(({ data }) => data.deltaText);
}

test("an answer of silence where one is due is asked for once more, and the silence is not shown", async () => {
  await using house = await House.open();
  house.provider.next(say(["NO", "_REPLY"]), say("All right."));
  const outcome = await within("the answer", (await house.say("hm")).done);
  expect(outcome).toMatchObject({ text: "All right.", payloads: [{ text: "All right.", mediaUrl: null }] });
  expect(shown(house)).toEqual(["All right."]);
  expect(house.provider.requests).toHaveLength(2);
});

test("a model that stays silent is asked once only", async () => {
  await using house = await House.open();
  house.provider.next(say("no_reply"), answer([]), say("too late"));
  const outcome = await within("the end", (await house.say("hm")).done);
  expect(outcome).toMatchObject({ status: "ok", text: "", payloads: [] });
  expect(shown(house)).toEqual([]);
  const end = house.events.ends(outcome.runId);
  expect(end.map(({ what }) => what)).toEqual(["final"]);
  expect(end[0]?.data).not.toHaveProperty("message");
  expect(house.provider.requests).toHaveLength(2);
});

test("what a turn used stands below the answer where it is shown, and is no part of what was said", async () => {
  const messages = { responseUsage: { webchat: "on" } };
  await using house = await House.open({ config: { messages } });
  const usage = { input: 1_200, output: 20 };
  const footer = "Usage: 1.2k in / 20 out";
  const { sender } = ask("");
  const answered = async (request: Parameters<House["say"]>[1] = {}) => {
    house.provider.next(answer([text("Done.")], { usage }));
    const outcome = await within("the answer", (await house.say("go", request)).done);
    const [final] = house.events.ends(outcome.runId);
    return { outcome, final: JSON.stringify(final?.data) };
  };
  const seen = await answered();
  expect(seen.final).toContain(`Done.\\n\\n${footer}"`);
  expect(seen.outcome).toMatchObject({ text: "Done.", payloads: [{ text: `Done.\n\n${footer}` }] });
  expect((await house.transcript()).at(-1)).toBe("assistant: Done.");
  for (const request of [
    { sender: { ...sender, channel: "cli" } },
    { kind: "http" as const, namespace: "http" },
  ]) {
    const { outcome, final } = await answered(request);
    expect(outcome.payloads).toMatchObject([{ text: "Done." }]);
    expect(final).not.toContain("Usage");
  }
  await house.store.sessions.patch(KEY, { responseUsage: "off" });
  expect((await answered()).final).not.toContain("Usage");
  await house.store.sessions.patch(KEY, { responseUsage: "full" });
  expect((await answered()).outcome.payloads[0]?.text).toStartWith(`Done.\n\n${footer} · `);
});

test("directives are read out of an answer and never shown", async () => {
  await using house = await House.open();
  house.provider.next(say(["[[reply_", "to:m7]] Look", " here\n", "MEDIA:", "/tmp/cat.png\n", "and there"]));
  const outcome = await within("the answer", (await house.say("show me")).done);
  expect(outcome.payloads).toEqual([
    { text: "Look here\nand there", mediaUrl: "/tmp/cat.png", replyToId: "m7" },
  ]);
  for (const { data } of house.events.told.filter(({ what }) => what === "delta")) {
    expect(JSON.stringify(data)).not.toMatch(/reply_to|MEDIA/);
  }
});

test("the first words go out at once, what follows within a moment goes out together", async () => {
  // No moment passes between the words.
  await using house = await House.open({ clock: new ManualClock() });
  const gate = new Gate();
  const words = Array.from({ length: 50 }, (_, index) => ` w${index}`);
  house.provider.next(answer([text("first"), ...words.map((word) => text(word)), hold(gate), text(" last")]));
  const run = await house.say("go");
  // The model stands in the middle of its answer.
  await until("the first words", () => shown(house).length > 0);
  gate.open();
  await within("the answer", run.done);
  expect(shown(house)).toEqual(["first", `${words.join("")} last`]);
});

test("listeners close to the run hear pieces and messages in order", async () => {
  await using house = await House.open();
  const heard: string[] = [];
  const run = await house.say("Say hello", {
    observer: {
      started: () => heard.push("started"),
      text: ({ full }) => heard.push(full),
      message: (said, final) => heard.push(`message ${said} ${final}`),
    },
  });
  await within("the answer", run.done);
  expect(heard[0]).toBe("started");
  expect(heard.at(-1)).toBe("message Hello from the mock model. true");
  expect(heard.at(-2)).toBe("Hello from the mock model.");
});

test("images go to the model, texts stand fenced before the message", async () => {
  await using house = await House.open();
  const run = await house.say("what is this?", {
    attachments: [
      { name: "a.md", mimeType: "text/markdown", content: { type: "text", text: "```js\n1\n```" } },
      { mimeType: "image/png", content: { type: "image", data: "aGk=", mimeType: "image/png" } },
    ],
  });
  await within("the answer", run.done);
  const messages = house.provider.requests[0]?.body.messages as { role: string; content: unknown }[];
  expect(messages[1]?.content).toMatchObject([
    {
      type: "text",
      text: expect.stringContaining("a.md (text/markdown):\n````\n```js\n1\n```\n````\n\nwhat is this?"),
    },
    { type: "image_url", image_url: { url: "data:image/png;base64,aGk=" } },
  ]);
});

test("an answer cut short by the token limit says so", async () => {
  await using house = await House.open();
  const outcome = await within("the answer", (await house.say("LENGTH")).done);
  expect(outcome).toMatchObject({ status: "ok", stopReason: "length", text: "Cut short by the token" });
});

test("a model that is not there is said to be missing, and the transcript keeps that nothing was answered", async () => {
  await using house = await House.open();
  const broken = await house.say("hello", { model: "none/such" });
  const outcome = await within("the outcome", broken.done);
  expect(outcome).toMatchObject({ status: "error", error: { kind: "format", status: 404 } });
  expect((await house.transcript()).at(-1)).toContain("custom_message: This turn ended before a reply");
  expect(house.events.ends(outcome.runId)).toHaveLength(1);
  expect((await house.store.sessions.get(KEY))?.entry.status).toBe("error");
});
