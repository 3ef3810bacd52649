import { expect, test } from "bun:test";
import { kvKey, kvString, type Store } from "../../src/store/index.ts";
import { IDEMPOTENCY_MAX_ENTRIES, IDEMPOTENCY_TTL_MS, KV_VALUE_MAX_BYTES } from "../../src/store/limits.ts";
import { type SetClock, setClock } from "./clock.ts";

/** One place where stores can be opened, closed and opened again on the same data. */
export interface StorePlace extends Disposable {
  open(clock: SetClock): Promise<Store>;
}

/** What every engine promises. `makePlace` gives a fresh, empty place. */
export function storeContract(engine: string, makePlace: () => StorePlace): void {
  const promise = (
    words: string,
    body: (store: Store, clock: SetClock, reopen: () => Promise<Store>) => Promise<void>,
  ) =>
    test(`${engine}: ${words}`, async () => {
      using place = makePlace();
      const clock = setClock();
      let store = await place.open(clock);
      const reopen = async () => {
        await store.close();
        store = await place.open(clock);
        return store;
      };
      try {
        await body(store, clock, reopen);
      } finally {
        await store.close();
      }
    });
  const name = kvString("test.name");
  const count = kvKey("test.count", (value) => {
    if (typeof value !== "number") throw new TypeError("not a count");
    return value;
  });

  promise(
    "an unset key reads as undefined, a set one as its value, also after a restart",
    async (store, _, reopen) => {
      expect(await store.kv.get(name)).toBeUndefined();
      await store.kv.set(name, "first");
      await store.kv.set(name, "second 🦞");
      expect(await store.kv.get(name)).toBe("second 🦞");
      expect(await (await reopen()).kv.get(name)).toBe("second 🦞");
    },
  );

  promise("a value set once stays what it first was", async (store, _, reopen) => {
    expect(await store.kv.setOnce(name, "mine")).toBe("mine");
    expect(await store.kv.setOnce(name, "yours")).toBe("mine");
    expect(await (await reopen()).kv.setOnce(name, "theirs")).toBe("mine");
  });

  promise("a value of another type is refused when read", async (store) => {
    await store.kv.set(name, "text");
    await expect(store.kv.get(kvKey("test.name", count.parse))).rejects.toThrow("not a count");
  });

  promise("a removed key is gone, and removing it again says so", async (store) => {
    await store.kv.set(count, 7);
    expect(await store.kv.delete(count)).toBe(true);
    expect(await store.kv.delete(count)).toBe(false);
    expect(await store.kv.get(count)).toBeUndefined();
  });

  promise("a value past the size bound is refused and the old one kept", async (store) => {
    await store.kv.set(name, "small");
    await expect(store.kv.set(name, "x".repeat(KV_VALUE_MAX_BYTES))).rejects.toThrow(RangeError);
    expect(await store.kv.get(name)).toBe("small");
  });

  promise("a repeated request is pending until settled, then gets the first answer", async (store) => {
    const since = Date.UTC(2026, 0, 1);
    expect(await store.idempotency.lookup("send", "k")).toBeUndefined();
    expect(await store.idempotency.claim("send", "k")).toEqual({ state: "new" });
    expect(await store.idempotency.claim("send", "k")).toEqual({ state: "pending", since });
    await store.idempotency.settle("send", "k", { ok: true, payload: { id: 1 } });
    const settled = { state: "settled", outcome: { ok: true, payload: { id: 1 } } } as const;
    expect(await store.idempotency.claim("send", "k")).toEqual(settled);
    expect(await store.idempotency.lookup("send", "k")).toEqual(settled);
  });

  promise("methods are separate namespaces", async (store) => {
    expect(await store.idempotency.claim("send", "k")).toEqual({ state: "new" });
    expect(await store.idempotency.claim("poll", "k")).toEqual({ state: "new" });
  });

  promise("failures are remembered like successes, also after a restart", async (store, _, reopen) => {
    await store.idempotency.claim("agent", "k");
    await store.idempotency.settle("agent", "k", { ok: false, error: { code: "UNAVAILABLE" } });
    expect(await (await reopen()).idempotency.lookup("agent", "k")).toEqual({
      state: "settled",
      outcome: { ok: false, error: { code: "UNAVAILABLE" } },
    });
  });

  promise("a released claim can be taken again, a settled one cannot be released", async (store) => {
    await store.idempotency.claim("send", "k");
    await store.idempotency.release("send", "k");
    expect(await store.idempotency.claim("send", "k")).toEqual({ state: "new" });
    await store.idempotency.settle("send", "k", { ok: true, payload: null });
    await store.idempotency.release("send", "k");
    expect(await store.idempotency.lookup("send", "k")).toMatchObject({ state: "settled" });
  });

  promise("an entry lives its time from the last touch, and not longer", async (store, clock) => {
    await store.idempotency.claim("send", "k");
    clock.advance(IDEMPOTENCY_TTL_MS - 1);
    await store.idempotency.settle("send", "k", { ok: true, payload: 1 });
    clock.advance(IDEMPOTENCY_TTL_MS - 1);
    expect(await store.idempotency.claim("send", "k")).toMatchObject({ state: "settled" });
    clock.advance(1);
    expect(await store.idempotency.lookup("send", "k")).toBeUndefined();
    expect(await store.idempotency.claim("send", "k")).toEqual({ state: "new" });
  });

  promise("a claim with its own time-to-live keeps it when settled", async (store, clock) => {
    await store.idempotency.claim("send", "k", 1_000);
    clock.advance(500);
    await store.idempotency.settle("send", "k", { ok: true, payload: 1 });
    clock.advance(999);
    expect(await store.idempotency.lookup("send", "k")).toMatchObject({ state: "settled" });
    clock.advance(1);
    expect(await store.idempotency.lookup("send", "k")).toBeUndefined();
  });

  promise("past the bound the oldest entries go first", async (store) => {
    for (let i = 0; i <= IDEMPOTENCY_MAX_ENTRIES; i++) await store.idempotency.claim("send", `k${i}`);
    expect(await store.idempotency.lookup("send", "k0")).toBeUndefined();
    expect(await store.idempotency.lookup("send", "k1")).toMatchObject({ state: "pending" });
    expect(await store.idempotency.lookup("send", `k${IDEMPOTENCY_MAX_ENTRIES}`)).toBeDefined();
  });

  promise("an outcome is kept although its claim was evicted meanwhile", async (store) => {
    await store.idempotency.settle("send", "k", { ok: true, payload: 1 });
    expect(await store.idempotency.lookup("send", "k")).toMatchObject({ state: "settled" });
  });

  promise("a sound, writable store says ok and knows of no repair", async (store) => {
    expect(await store.probe()).toEqual({ state: "ok" });
    expect(store.recovery).toBeUndefined();
    await store.verify();
  });

  promise("closing twice is harmless, use after it is an error and the probe says so", async (store) => {
    await store.close();
    await store.close();
    await expect(store.kv.get(name)).rejects.toMatchObject({ name: "StoreError", code: "closed" });
    await expect(store.kv.set(name, "x")).rejects.toMatchObject({ name: "StoreError", code: "closed" });
    expect(await store.probe()).toMatchObject({ state: "degraded" });
  });
}
