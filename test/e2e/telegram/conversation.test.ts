import { expect, setDefaultTimeout, test } from "bun:test";
import { say } from "../../fakes/model-provider/index.ts";
import { ReferenceClient } from "../../conformance/support/reference-client.ts";
import { PATIENCE_MS, TelegramWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

type Json = Readonly<Record<string, unknown>>;

const isOf = (sessionKey: string, state: string) => (payload: unknown) => {
  const told = payload as Json;
  return told.sessionKey === sessionKey && told.state === state;
};

test("WebChat sees the turns of a direct chat live and in its history, and what it says itself stays there", async () => {
  await using at = await TelegramWorld.start();
  const { wsUrl, token } = at.gateway;
  await using webchat = await ReferenceClient.connect({
    url: wsUrl,
    ...(token !== undefined && { token }),
    role: "operator",
    scopes: ["operator.read", "operator.write"],
  });
  await at.echo("from the phone");
  const final = (await webchat.event("chat", isOf("agent:main:main", "final"))) as Json;
  expect(JSON.stringify(final.message)).toContain("from the phone");
  const end = (payload: unknown) => {
    const { stream, data } = payload as { stream: string; data: Json };
    return stream === "lifecycle" && data.phase === "end";
  };
  expect(await webchat.event("agent", end)).toMatchObject({ sessionKey: "agent:main:main" });
  const history = JSON.stringify(await webchat.call("chat.history", { sessionKey: "main" }));
  expect(history).toContain("ECHO from the phone");
  const shown = at.dm.shows(at.bot).length;
  await webchat.call("chat.send", {
    sessionKey: "main",
    message: "ECHO from the browser",
    idempotencyKey: "w1",
  });
  const isMine = (payload: unknown) =>
    isOf("agent:main:main", "final")(payload) && (payload as Json).runId === "w1";
  expect(JSON.stringify(await webchat.event("chat", isMine))).toContain("from the browser");
  await at.settled();
  expect(at.dm.shows(at.bot)).toHaveLength(shown);
  await at.echo("phone again");
});

test("the model of a chat answers there until somebody chooses another, and the prefix tells how hard it thought", async () => {
  await using at = await TelegramWorld.start({
    telegram: { responsePrefix: "[{model} {thinkingLevel}]" },
    config: { agents: { defaults: { model: { primary: "mock/mock-1", fallbacks: ["mock/mock-3"] } } } },
    channels: { modelByChannel: { telegram: { "777": "mock/mock-2" } } },
  });
  at.model.on(() => say(["hi"]));
  at.al.says("one");
  await at.shown("[mock-2 off] hi");
  at.al.says("/status");
  await at.telegram.journal.when("the status", () =>
    at.dm.texts(at.bot).some((text) => text.includes("mock/mock-2")),
  );
  at.al.says("/model mock/mock-1");
  await at.shown("🧠 Model of this session: mock/mock-1");
  at.al.says("two");
  await at.shown("[mock-1 off] hi");
  at.al.says("/model default");
  await at.shown("🧠 Model of this session: mock/mock-2 (configured)");
  at.al.says("three");
  await at.shown("[mock-2 off] hi", at.dm, undefined, 2);
});
