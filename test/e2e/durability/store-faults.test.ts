import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import type { RunId } from "../../../src/protocol/index.ts";
import { answer, FakeModelProvider, Gate, hold, text } from "../../fakes/model-provider/index.ts";
import {
  type GatewayProcess,
  spawnGateway,
  type TempHome,
  tempHome,
  type WireClient,
  within,
} from "../../support/index.ts";
import { mockConfig, objectOf } from "../turns/support/index.ts";
import { faultsOf, withRemains } from "./remains.ts";

const KEY = "agent:main:faults";
const DB = ".openclaw/state/openclaw.sqlite";

interface Fault {
  readonly what: string;
  /** Found in what callers are told. */
  readonly told: RegExp;
  /** Makes the store refuse every write; returns what mends it. */
  readonly strike: (home: TempHome) => Promise<() => Promise<void>>;
}

const run = (...command: string[]) => Bun.spawnSync(command, { stderr: "ignore" }).success;

/** Only the superuser has disks to fill; and nothing is read-only to them but a disk. */
const MAY_MOUNT = process.getuid?.() === 0 && run("unshare", "-m", "true");

const LOCKED: Fault = {
  what: "a database another process holds",
  told: /held by another process/,
  strike: async (home) => {
    const other = new Database(home.at(DB));
    other.run("BEGIN IMMEDIATE");
    return async () => {
      other.run("ROLLBACK");
      other.close();
    };
  },
};

const FULL: Fault = {
  what: "a full disk",
  told: /disk .*full/,
  strike: async (home) => {
    const ballast = home.at(".openclaw/ballast");
    run("dd", "if=/dev/zero", `of=${ballast}`, "bs=4096");
    return async () => Bun.file(ballast).delete();
  },
};

const FAULTS: readonly Fault[] = MAY_MOUNT ? [LOCKED, FULL] : [LOCKED];

/** A home whose state folder is a small disk of its own where that can be had. */
async function smallHome(): Promise<TempHome> {
  const home = await tempHome();
  if (!MAY_MOUNT) return home;
  await home.write(".openclaw/.keep", "");
  expect(run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", home.at(".openclaw"))).toBe(true);
  return {
    ...home,
    async [Symbol.asyncDispose]() {
      run("umount", "-l", home.at(".openclaw"));
      await home[Symbol.asyncDispose]();
    },
  };
}

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

for (const { what, told, strike } of FAULTS) {
  test(`${what} while a turn runs: callers are told, what was told stays true, and it goes on without a restart`, async () => {
    await using fake = await FakeModelProvider.start();
    await using home = await smallHome();
    await home.write(".openclaw/openclaw.json", mockConfig(fake));
    await using gateway = await spawnGateway({ home });
    const client = await gateway.operator();
    expect(await send(client, "ECHO before", "before")).toMatchObject({ ok: true });
    await client.call("agent.wait", { runId: "before", timeoutMs: 5_000 });
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
    const waiting = { runId: "struck", timeoutMs: 100 };
    expect(await client.call("agent.wait", waiting)).toMatchObject({
      status: "error",
      error: expect.stringMatching(told),
    });

    await mend();
    expect(await send(client, "go", "struck")).toMatchObject({ ok: false, payload: { status: "error" } });
    expect(await send(client, "ECHO next", "refused")).toMatchObject({ payload: { status: "started" } });
    expect(await client.call("agent.wait", { runId: "refused", timeoutMs: 5_000 })).toMatchObject({
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
