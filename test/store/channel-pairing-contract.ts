import { expect } from "bun:test";
import type { StorePlace } from "./contract.ts";
import { promises } from "./sessions-contract.ts";

/** What every engine promises of strangers who ask to be let in. */
export function channelPairingContract(engine: string, makePlace: () => StorePlace): void {
  const promise = promises(engine, makePlace);
  const bounds = { ttlMs: 1_000, maxPending: 2 };
  const ask = (senderId: string, accountId = "default") => ({
    channel: "telegram",
    accountId,
    senderId,
    code: `CODE${senderId}`,
    meta: { name: "Ada" },
  });

  promise("a stranger has one request, and an account a few", async (store, clock) => {
    const at = clock.now();
    const first = { ...ask("1"), createdAt: at, lastSeenAt: at };
    expect(await store.channelPairing.file(ask("1"), bounds)).toEqual({ state: "new", request: first });
    clock.advance(5);
    const again = { ...ask("1"), code: "OTHER", meta: { name: "Eve" } };
    expect(await store.channelPairing.file(again, bounds)).toEqual({
      state: "known",
      request: { ...first, lastSeenAt: at + 5, meta: { name: "Eve" } },
    });
    expect(await store.channelPairing.file(ask("2"), bounds)).toMatchObject({ state: "new" });
    expect(await store.channelPairing.file(ask("3"), bounds)).toEqual({ state: "full" });
    expect(await store.channelPairing.file(ask("3", "work"), bounds)).toMatchObject({ state: "new" });
    expect(await store.channelPairing.pending(1_000, "telegram", "default")).toMatchObject([
      { senderId: "1" },
      { senderId: "2" },
    ]);
    expect(await store.channelPairing.pending(1_000)).toHaveLength(3);
    clock.advance(995);
    expect(await store.channelPairing.pending(1_000)).toHaveLength(2);
    expect(await store.channelPairing.file(ask("3"), bounds)).toMatchObject({ state: "new" });
    expect(await store.channelPairing.approve("telegram", "CODE1", 1_000)).toBeUndefined();
  });

  promise("who is approved is let in and no longer asks, also after a restart", async (store, _, reopen) => {
    await store.channelPairing.file(ask("1"), bounds);
    await store.channelPairing.file(ask("2"), bounds);
    expect(await store.channelPairing.approve("telegram", "WRONG", 1_000)).toBeUndefined();
    expect(await store.channelPairing.approve("telegram", "CODE1", 1_000, "work")).toBeUndefined();
    expect(await store.channelPairing.approve("whatsapp", "CODE1", 1_000)).toBeUndefined();
    expect(await store.channelPairing.approve("telegram", "CODE1", 1_000)).toMatchObject({ senderId: "1" });
    expect(await store.channelPairing.approve("telegram", "CODE1", 1_000)).toBeUndefined();
    expect(await store.channelPairing.dismiss("telegram", "CODE2")).toMatchObject({ senderId: "2" });
    const again = await reopen();
    expect(await again.channelPairing.pending(1_000)).toEqual([]);
    expect(await again.channelPairing.allowed("telegram", "default")).toEqual(["1"]);
    expect(await again.channelPairing.allowed("telegram", "work")).toEqual([]);
    expect(await again.channelPairing.isAllowed("telegram", "default", "1")).toBe(true);
    for (const [account, sender] of [
      ["work", "1"],
      ["default", "2"],
      ["default", ""],
    ] as const) {
      expect(await again.channelPairing.isAllowed("telegram", account, sender)).toBe(false);
    }
    await again.channelPairing.allow("telegram", "default", "9");
    await again.channelPairing.allow("telegram", "default", "1");
    expect(await again.channelPairing.allowed("telegram", "default")).toEqual(["1", "9"]);
    expect(await again.channelPairing.disallow("telegram", "default", "1")).toBe(true);
    expect(await again.channelPairing.disallow("telegram", "default", "1")).toBe(false);
    expect(await again.channelPairing.isAllowed("telegram", "default", "1")).toBe(false);
    expect(await again.channelPairing.allowed("telegram", "default")).toEqual(["9"]);
  });
}
