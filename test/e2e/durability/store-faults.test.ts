import { expect, test } from "bun:test";
import type { RunId } from "../../../src/protocol/index.ts";
import { answer, FakeModelProvider, Gate, hold, text } from "../../fakes/model-provider/index.ts";
import { type GatewayProcess, spawnGateway, type WireClient, within } from "../../support/index.ts";
import { mockConfig, objectOf } from "../turns/support/index.ts";
import { faultsOf, withRemains } from "./remains.ts";
import { smallHome, STORE_TROUBLES } from "./store-trouble.ts";

const KEY = "agent:main:faults";

const send = (client: WireClient, message: string, idempotencyKey: string) =>
  client.request("chat.send", { sessionKey: KEY, message, idempotencyKey });

/** `POST /v1/chat/completions`: the status, and what is said of it. */
async function complete(gateway: GatewayProcess, content: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${gateway.httpUrl}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${gateway.token}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "openclaw", messages: [{ role: "user", content }] }),
  });
  return { status: response.status, text: await response.text() };
}

for (const { what, told, strike } of STORE_TROUBLES) {
  test(`B26: ${what} while a turn runs: callers are told, what was told stays true, and it goes on without a restart`, async () => {
    await using fake = await FakeModelProvider.start();
    await using home = await smallHome();
    await home.write(".openclaw/openclaw.json", mockConfig(fake));
    await using gateway = await spawnGateway({ home });
    const client = await gateway.operator();
    expect(await send(client, "ECHO before", "before")).toMatchObject({ ok: true });
    await client.call("agent.wait", { runId: "before" });
    const gate = new Gate();
    fake.next(answer([text("Half"), hold(gate), text(" and whole")]));
    expect(await send(client, "go", "struck")).toMatchObject({ payload: { status: "started" } });
    await within("the answer to begin", gate.reached);

    const mend = await strike(home);
    const refused = await send(client, "not now", "refused");
    expect(refused).toMatchObject({ ok: false, error: { code: "UNAVAILABLE" } });
    expect(refused.error?.message).toMatch(told);
    const http = await complete(gateway, "not now");
    expect(http.status).toBe(503);
    expect(http.text).toMatch(told);
    gate.open();
    const failed = await client.next(
      "the failure",
      ({ event, payload }) =>
        event === "chat" && objectOf(payload).runId === "struck" && objectOf(payload).state === "error",
      20_000,
    );
    expect(objectOf(failed.payload).errorMessage).toMatch(told);
    // Told, though not stored yet.
    expect(await client.call("agent.wait", { runId: "struck" })).toMatchObject({
      status: "error",
      error: expect.stringMatching(told),
    });

    await mend();
    expect(await send(client, "go", "struck")).toMatchObject({ ok: false, payload: { status: "error" } });
    expect(await send(client, "ECHO next", "refused")).toMatchObject({ payload: { status: "started" } });
    expect(await client.call("agent.wait", { runId: "refused" })).toMatchObject({
      terminalReply: { text: "next" },
    });
    expect((await complete(gateway, "ECHO again")).status).toBe(200);
    expect(fake.about("go")).toHaveLength(1);
    gateway.signal("SIGKILL");
    await gateway.exited;
    await withRemains(home, async (store) => {
      expect(await faultsOf(store)).toEqual([]);
      expect(await store.runs.unsettled()).toEqual([]);
      expect(await store.runs.lookup("chat", "struck" as RunId)).toMatchObject({ state: "settled" });
    });
  }, 30_000);
}
