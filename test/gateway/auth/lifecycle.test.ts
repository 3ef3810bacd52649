import { describe, expect, test } from "bun:test";
import lifecycle from "./fixtures/pairing-lifecycle.json";
import setupCode from "./fixtures/pairing-setup-code.json";
import { isInvalidated } from "../../../src/gateway/auth/index.ts";
import type { Client } from "../../../src/gateway/method.ts";
import { type ErrorShape, ProtocolError } from "../../../src/protocol/index.ts";
import { DeviceKey } from "./support/device-key.ts";
import { recordedError, Replay, type Step } from "./support/replay.ts";
import { fieldOf } from "./support/unify.ts";
import { accepted, ALL_SCOPES, localOperator, params, SECRET, type World, world } from "./support/world.ts";

interface Live {
  readonly conn: string;
  readonly client: Omit<Client, "connId">;
}

/** Plays a transcript of several connections against one gateway, and keeps what each of them was told. */
class Stage {
  readonly replay: Replay;
  readonly #live: Live[] = [];
  readonly #told = new Map<string, unknown[]>();
  readonly #answers = new Map<string, Promise<unknown>>();
  #invalidationsSeen = 0;

  constructor(readonly world: World) {
    this.replay = new Replay(world, { "<shared-token>": SECRET });
  }

  async play(step: Step): Promise<void> {
    const conn = step.conn ?? "";
    if (step.connect !== undefined) return this.connect(conn, step.connect);
    if (step.call !== undefined) return this.callMethod(conn, step.call, step.id ?? "", step.params);
    if (step.event !== undefined) {
      const seen = this.world.events.shift();
      return this.compare({ event: step.event, payload: step.payload }, seen);
    }
    if (step.hello !== undefined) return this.compare({ hello: step.hello }, this.hear(conn));
    if (step.close !== undefined) return this.compareClose(step.close, this.hear(conn));
    const answer = this.#answers.get(step.res ?? "");
    if (answer !== undefined) {
      const expected = step.error === undefined ? { payload: step.payload } : { error: step.error };
      return this.compare(expected, await answer);
    }
    if (step.error !== undefined) return this.compare({ error: step.error }, this.hear(conn));
  }

  add(conn: string, client: Omit<Client, "connId">): void {
    this.#live.push({ conn, client });
  }

  private async connect(conn: string, recorded: NonNullable<Step["connect"]>): Promise<void> {
    const decision = await this.replay.connect(recorded);
    if (decision.ok) {
      this.add(conn, decision.client);
      return this.tell(conn, { hello: decision.hello });
    }
    this.tell(conn, { error: recordedError(decision.error.toShape()) });
    this.tell(conn, { close: [decision.close.code, decision.close.reason] });
  }

  private async callMethod(conn: string, method: string, id: string, recorded: unknown): Promise<void> {
    const caller = this.#live.findLast((live) => live.conn === conn);
    if (caller === undefined) throw new Error(`${conn} is not connected`);
    const given = this.replay.bindings.fill(recorded ?? {}, {});
    const answer = this.world.call(caller.client, method, given).then(
      (payload) => ({ payload }),
      (error: unknown) => ({ error: shapeOf(error) }),
    );
    this.#answers.set(id, answer);
    if (method !== "device.scopes.waitUpgrade") await answer;
    for (const invalidation of this.world.invalidations.slice(this.#invalidationsSeen)) {
      for (const live of this.#live.filter(({ client }) => isInvalidated(client, invalidation))) {
        this.#live.splice(this.#live.indexOf(live), 1);
        this.tell(live.conn, { close: [invalidation.close.code, invalidation.close.reason] });
      }
    }
    this.#invalidationsSeen = this.world.invalidations.length;
  }

  private tell(conn: string, what: unknown): void {
    this.#told.set(conn, [...(this.#told.get(conn) ?? []), what]);
  }

  private hear(conn: string): unknown {
    return this.#told.get(conn)?.shift();
  }

  private compare(expected: unknown, actual: unknown): void {
    const plain: unknown = JSON.parse(JSON.stringify(actual ?? null, withoutLiveness));
    expect(plain).toEqual(
      JSON.parse(JSON.stringify(this.replay.bindings.fill(expected, plain), withoutLiveness)),
    );
  }

  /** The id inside a close reason that was cut at 123 bytes cannot be known from the recording. */
  private compareClose([code, reason]: readonly [number, string], actual: unknown): void {
    if (!reason.endsWith("<cut>")) return this.compare({ close: [code, reason] }, actual);
    const close = fieldOf(actual, "close");
    const text = String(fieldOf(close, "1"));
    expect(fieldOf(close, "0")).toBe(code);
    expect(text).toStartWith(reason.replace("<cut>", ""));
    expect(Buffer.byteLength(text)).toBe(123);
  }
}

/** `connected` is the composition root's knowledge, not that of this test's gateway. */
function withoutLiveness(key: string, value: unknown): unknown {
  return key === "connected" ? undefined : value;
}

function shapeOf(error: unknown): ErrorShape {
  if (error instanceof ProtocolError) return error.toShape();
  throw error;
}

describe("pairing", () => {
  test("the recorded life of a device: asked, widened, approved, upgraded, rotated, revoked, removed", async () => {
    await using gateway = await world({
      policy: { pairing: { autoApproveLocal: false, autoApproveCidrs: [] } },
    });
    const stage = new Stage(gateway);
    // Recorded frames are what a client may send; their shape was checked when they were recorded.
    for (const step of lifecycle as unknown as readonly Step[]) await stage.play(step);
    expect(gateway.events).toEqual([]);
  });

  test("the recorded handoff by setup code: one phone gets a node and an operator token, the second nothing", async () => {
    await using gateway = await world({ publicOrigin: "http://127.0.0.1:28793" });
    const stage = new Stage(gateway);
    stage.add("admin", (await localOperator(gateway)).client);
    for (const step of setupCode as unknown as readonly Step[]) {
      // The secret inside a code is random, its source is a setting of another program, and a node surface is not ours.
      if (step.event === "node.pair.resolved") continue;
      const code = fieldOf(step.payload, "setupCode");
      if (code === undefined) {
        await stage.play(step);
        continue;
      }
      const made = await gateway.call((await localOperator(gateway)).client, "device.pair.setupCode", {});
      const inside = JSON.parse(Buffer.from(String(fieldOf(made, "setupCode")), "base64url").toString());
      expect(inside).toEqual({
        url: "ws://127.0.0.1:28793",
        bootstrapToken: expect.stringMatching(/^[\w-]{43}$/),
        expiresAtMs: gateway.clock.now() + 600_000,
      });
      expect(made).toMatchObject({ auth: "token", access: "full", gatewayUrl: "ws://127.0.0.1:28793" });
      stage.replay.bindings.bind("<uuid-1>", String(fieldOf(made, "setupId")));
      stage.replay.bindings.bind("<b64-1>", inside.bootstrapToken);
    }
    expect(gateway.events).toEqual([]);
  });

  test("a setup code is no good after ten minutes", async () => {
    await using gateway = await world({ publicOrigin: "https://home.example.com" });
    const admin = await localOperator(gateway);
    const made = await gateway.call(admin.client, "device.pair.setupCode", {});
    const { bootstrapToken } = JSON.parse(
      Buffer.from(String(fieldOf(made, "setupCode")), "base64url").toString(),
    );
    gateway.clock.advance(600_001);
    const phone = params(
      { id: "openclaw-ios", mode: "node", platform: "ios 18.0", deviceFamily: "iPhone" },
      { role: "node", scopes: [], auth: { bootstrapToken } },
    );
    const decision = await gateway.connect(phone, { device: new DeviceKey() });
    expect(decision).toMatchObject({
      ok: false,
      error: { details: { code: "AUTH_BOOTSTRAP_TOKEN_INVALID" } },
    });
  });

  test("a setup code that is read by the wrong kind of client waits for approval and belongs to that device", async () => {
    await using gateway = await world({ publicOrigin: "https://home.example.com" });
    const admin = await localOperator(gateway);
    const made = await gateway.call(admin.client, "device.pair.setupCode", {});
    const { bootstrapToken } = JSON.parse(
      Buffer.from(String(fieldOf(made, "setupCode")), "base64url").toString(),
    );
    const headless = params(
      { id: "node-host", mode: "node" },
      { role: "node", scopes: [], auth: { bootstrapToken } },
    );
    const waiting = await gateway.connect(headless, {
      device: new DeviceKey(),
      remoteAddress: "192.168.1.20",
    });
    expect(waiting).toMatchObject({
      ok: false,
      error: {
        details: {
          code: "PAIRING_REQUIRED",
          recommendedNextStep: "wait_then_retry",
          retryable: true,
          pauseReconnect: false,
          command: expect.stringMatching(/^openclaw devices approve [0-9a-f-]{36}$/),
        },
      },
    });
    const other = await gateway.connect(headless, { device: new DeviceKey(), remoteAddress: "192.168.1.21" });
    expect(other).toMatchObject({ ok: false, error: { details: { code: "AUTH_BOOTSTRAP_TOKEN_INVALID" } } });
  });

  test("a pending request is gone after five minutes and asked for anew", async () => {
    await using gateway = await world();
    const device = new DeviceKey();
    const ask = () =>
      gateway.connect(params({ id: "test", mode: "test" }, { auth: { token: SECRET } }), {
        device,
        remoteAddress: "192.168.1.20",
      });
    const first = await ask();
    const again = await ask();
    gateway.clock.advance(300_001);
    const later = await ask();
    const idOf = (decision: unknown) => fieldOf(fieldOf(fieldOf(decision, "error"), "details"), "requestId");
    expect(idOf(again)).toBe(idOf(first));
    expect(idOf(later)).not.toBe(idOf(first));
    const admin = await localOperator(gateway);
    const gone = gateway.call(admin.client, "device.pair.approve", { requestId: idOf(first) });
    await expect(gone).rejects.toThrow("unknown requestId");
    await gateway.call(admin.client, "device.pair.approve", { requestId: idOf(later) });
    expect(accepted(await ask()).hello.scopes).toEqual(ALL_SCOPES);
  });
});
