import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { randomIds, sequentialIds } from "../../src/lib/ids.ts";
import { silentLogger } from "../../src/lib/logger.ts";
import {
  type DirectGrant,
  effectiveRoles,
  openStore,
  type PairingAsk,
  type TokenIssuer,
} from "../../src/store/index.ts";
import { VISIT_RESOLUTION_MS } from "../../src/store/limits.ts";
import { base } from "../../src/store/sqlite/migrations/001-base.ts";
import { devices as migration } from "../../src/store/sqlite/migrations/002-devices.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { tempHome } from "../support/temp-home.ts";

const issuer: TokenIssuer = {
  mint: () => randomIds.token(),
  covers: (held, wanted) => wanted.every((scope) => held.includes(scope)),
};

async function opened() {
  const home = await tempHome();
  const clock = new ManualClock();
  const open = () => openStore({ path: home.at("state.sqlite"), clock, log: silentLogger });
  let store = await open();
  return {
    clock,
    path: home.at("state.sqlite"),
    get devices() {
      return store.devices;
    },
    async reopen() {
      await store.close();
      store = await open();
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

const ids = sequentialIds();

function ask(deviceId: string, more: Partial<PairingAsk> = {}): PairingAsk {
  return {
    requestId: ids.uuid(),
    deviceId,
    publicKey: `key of ${deviceId}`,
    role: "operator",
    scopes: ["a"],
    ttlMs: 1_000,
    maxPending: 4,
    platform: "linux",
    ...more,
  };
}

function grant(deviceId: string, more: Partial<DirectGrant> = {}): DirectGrant {
  return {
    deviceId,
    publicKey: `key of ${deviceId}`,
    role: "operator",
    roles: ["operator"],
    scopes: ["a"],
    approvedVia: "silent",
    issueTokens: true,
    ...more,
  };
}

function visit(deviceId: string, scopes: readonly string[] = ["a"]) {
  return { deviceId, role: "operator", scopes, issueToken: true, usedToken: false } as const;
}

describe("device store", () => {
  test("a request that is covered by the pending one keeps its id; one that asks for more takes its place with both", async () => {
    await using store = await opened();
    const first = await store.devices.file(ask("d", { scopes: ["a", "b"] }));
    const same = await store.devices.file(ask("d", { scopes: ["a"], platform: "darwin" }));
    expect(same).toMatchObject({
      created: false,
      superseded: [],
      request: { requestId: first.request.requestId, platform: "darwin" },
    });
    const more = await store.devices.file(ask("d", { role: "node", scopes: ["c"] }));
    expect(more.request).toMatchObject({
      role: "node",
      roles: ["operator", "node"],
      scopes: ["a", "b", "c"],
      isRepair: false,
    });
    expect(more.superseded.map(({ requestId }) => requestId)).toEqual([first.request.requestId]);
    expect((await store.devices.list()).pending).toHaveLength(1);
  });

  test("requests expire, and the oldest give way when too many wait", async () => {
    await using store = await opened();
    const first = await store.devices.file(ask("old"));
    for (const device of ["b", "c", "d"]) {
      store.clock.advance(1);
      await store.devices.file(ask(device));
    }
    const fifth = await store.devices.file(ask("e"));
    expect(fifth.superseded.map(({ requestId }) => requestId)).toEqual([first.request.requestId]);
    expect((await store.devices.list()).pending).toHaveLength(4);
    store.clock.advance(1_000);
    expect((await store.devices.list()).pending).toEqual([]);
    expect(await store.devices.approve(fifth.request.requestId, "owner", issuer)).toBeUndefined();
    expect(await store.devices.reject(fifth.request.requestId)).toBeUndefined();
  });

  test("an approval makes the device and a token for each role at once, and survives a restart", async () => {
    await using store = await opened();
    await store.devices.file(ask("d"));
    const { request } = await store.devices.file(ask("d", { role: "node", scopes: [] }));
    const device = await store.devices.approve(request.requestId, "owner", issuer);
    expect(device).toMatchObject({
      roles: ["operator", "node"],
      approvedVia: "owner",
      tokens: [
        { role: "node", scopes: [] },
        { role: "operator", scopes: ["a"] },
      ],
    });
    await store.reopen();
    expect(await store.devices.find("d")).toEqual(device);
    expect(await store.devices.findRequest(request.requestId)).toBeUndefined();
  });

  test("a token stays the same while it covers what is asked, and is replaced when it does not", async () => {
    await using store = await opened();
    await store.devices.grant(grant("d", { scopes: ["a", "b"] }), issuer);
    const first = await store.devices.checkIn(visit("d", ["a", "b"]), issuer);
    const narrower = await store.devices.checkIn(visit("d", ["b"]), issuer);
    expect(narrower).toEqual(first);
    await store.devices.grant(grant("d", { scopes: ["c"] }), issuer);
    const wider = await store.devices.checkIn(visit("d", ["c"]), issuer);
    expect(wider?.token).not.toBe(first?.token);
    expect(wider).toMatchObject({ scopes: ["a", "b", "c"], rotatedAtMs: store.clock.now() });
  });

  test("a visit is noted to the second, and what is new in it at once", async () => {
    await using store = await opened();
    await store.devices.grant(grant("d"), issuer);
    const seen = async () => await store.devices.find("d");
    await store.devices.checkIn(visit("d"), issuer);
    const first = store.clock.now();
    expect(await seen()).toMatchObject({ lastSeenAtMs: first });
    store.clock.advance(VISIT_RESOLUTION_MS - 1);
    await store.devices.checkIn(visit("d"), issuer);
    expect(await seen()).toMatchObject({ lastSeenAtMs: first });
    await store.devices.checkIn({ ...visit("d"), displayName: "Desk" }, issuer);
    expect(await seen()).toMatchObject({ lastSeenAtMs: store.clock.now(), displayName: "Desk" });
    store.clock.advance(VISIT_RESOLUTION_MS);
    await store.devices.checkIn(visit("d"), issuer);
    expect(await seen()).toMatchObject({ lastSeenAtMs: store.clock.now(), displayName: "Desk" });
  });

  test("a visit that changes nothing needs no right to write, and finds a revoked token as such", async () => {
    await using store = await opened();
    await store.devices.grant(grant("d"), issuer);
    const token = await store.devices.checkIn(visit("d"), issuer);
    using other = new Database(store.path);
    other.run("BEGIN IMMEDIATE");
    expect(await store.devices.checkIn(visit("d"), issuer)).toEqual(token);
    await expect(store.devices.checkIn({ ...visit("d"), displayName: "Desk" }, issuer)).rejects.toMatchObject(
      {
        code: "busy",
      },
    );
    other.run("ROLLBACK");
    await store.devices.revoke("d", "operator");
    expect(await store.devices.checkIn(visit("d"), issuer)).toBeUndefined();
  });

  test("a revoked token is never handed out again; a new approval counts only for what it names", async () => {
    await using store = await opened();
    await store.devices.grant(grant("d", { scopes: ["a", "b"] }), issuer);
    const revoked = await store.devices.revoke("d", "operator");
    store.clock.advance(5);
    expect(await store.devices.revoke("d", "operator")).toEqual(revoked);
    await store.reopen();
    expect(await store.devices.checkIn(visit("d"), issuer)).toBeUndefined();
    expect(await store.devices.rotate("d", "operator", randomIds.token())).toBeUndefined();
    const known = await store.devices.find("d");
    expect(known && effectiveRoles(known)).toEqual([]);
    const { device } = await store.devices.grant(grant("d", { scopes: ["a"] }), issuer);
    expect(device).toMatchObject({ scopes: ["a"], tokens: [{ scopes: ["a"] }] });
    expect(device.tokens[0]?.token).not.toBe(revoked?.token);
  });

  test("a device that is removed leaves neither tokens nor requests", async () => {
    await using store = await opened();
    await store.devices.grant(grant("d"), issuer);
    const { request } = await store.devices.file(ask("d", { scopes: ["z"] }));
    expect(request.isRepair).toBe(true);
    expect(await store.devices.remove("d")).toEqual({ requestIds: [request.requestId] });
    expect(await store.devices.remove("d")).toBeUndefined();
    expect(await store.devices.list()).toEqual({ pending: [], paired: [] });
    expect(await store.devices.checkIn(visit("d"), issuer)).toBeUndefined();
    expect(await store.devices.rename("d", "x")).toBe(false);
  });

  test("a setup code works once, for the device that showed it first, until it expires", async () => {
    await using store = await opened();
    const expiresAtMs = store.clock.now() + 100;
    await store.devices.addSetupCode({ setupId: "s", tokenHash: "h", access: "full", expiresAtMs }, 0);
    expect(await store.devices.redeemSetupCode("h", grant("one"), issuer)).toBeUndefined();
    expect(await store.devices.claimSetupCode("h", "one")).toMatchObject({ setupId: "s", access: "full" });
    expect(await store.devices.claimSetupCode("h", "two")).toBeUndefined();
    expect(await store.devices.redeemSetupCode("h", grant("two"), issuer)).toBeUndefined();
    expect(await store.devices.setupCompletion("s")).toBeUndefined();
    const redeemed = await store.devices.redeemSetupCode("h", grant("one", { displayName: "Phone" }), issuer);
    const completion = {
      setupId: "s",
      deviceId: "one",
      deviceName: "Phone",
      access: "full" as const,
      ts: store.clock.now(),
    };
    expect(redeemed?.completion).toEqual(completion);
    expect(await store.devices.redeemSetupCode("h", grant("one"), issuer)).toBeUndefined();
    expect(await store.devices.claimSetupCode("h", "one")).toBeUndefined();
    await store.reopen();
    expect(await store.devices.setupCompletion("s")).toEqual(completion);
    store.clock.advance(200);
    await store.devices.addSetupCode(
      { setupId: "t", tokenHash: "i", access: "node", expiresAtMs: store.clock.now() - 1 },
      expiresAtMs + 1,
    );
    expect(await store.devices.setupCompletion("s")).toBeUndefined();
    expect(await store.devices.claimSetupCode("i", "one")).toBeUndefined();
  });

  test("a failure inside an act leaves nothing half done", async () => {
    await using store = await opened();
    const { request } = await store.devices.file(ask("d"));
    const broken: TokenIssuer = {
      ...issuer,
      mint: () => {
        throw new Error("no randomness");
      },
    };
    await expect(store.devices.approve(request.requestId, "owner", broken)).rejects.toThrow("no randomness");
    expect(await store.devices.find("d")).toBeUndefined();
    expect(await store.devices.findRequest(request.requestId)).toEqual(request);
  });

  test("in any order of acts, a live token never carries a scope its device was not approved for", async () => {
    const scopes = fc.subarray(["a", "b", "c"], { minLength: 1 });
    const step = fc.oneof(
      fc.record({ kind: fc.constant("grant" as const), scopes }),
      fc.record({ kind: fc.constant("file" as const), scopes }),
      fc.record({ kind: fc.constant("approve" as const) }),
      fc.record({ kind: fc.constant("revoke" as const) }),
      fc.record({ kind: fc.constant("rotate" as const) }),
      fc.record({ kind: fc.constant("remove" as const) }),
    );
    await using store = await opened();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        await store.devices.remove("d");
        const retired = new Set<string>();
        for (const act of steps) {
          const before = (await store.devices.find("d"))?.tokens[0];
          if (act.kind === "grant") await store.devices.grant(grant("d", { scopes: act.scopes }), issuer);
          if (act.kind === "file") await store.devices.file(ask("d", { scopes: act.scopes }));
          if (act.kind === "approve") {
            const [pending] = (await store.devices.list()).pending;
            if (pending) await store.devices.approve(pending.requestId, "owner", issuer);
          }
          if (act.kind === "revoke") await store.devices.revoke("d", "operator");
          if (act.kind === "rotate") await store.devices.rotate("d", "operator", randomIds.token());
          if (act.kind === "remove") await store.devices.remove("d");
          const device = await store.devices.find("d");
          const [token] = device?.tokens ?? [];
          if (before && (before.token !== token?.token || token.revokedAtMs !== undefined))
            retired.add(before.token);
          if (token && token.revokedAtMs === undefined) {
            expect(token.scopes.filter((scope) => !device?.scopes.includes(scope))).toEqual([]);
            expect(retired.has(token.token)).toBe(false);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test("the schema step follows the first one on a plain database", () => {
    using db = new Database(":memory:");
    base.up(db);
    migration.up(db);
    const tables = db
      .query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all();
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["devices", "device_tokens", "device_requests", "setup_codes"]),
    );
  });
});
