import { expect } from "bun:test";
import type { StorePlace } from "./contract.ts";
import { promises } from "./sessions-contract.ts";

/** What every engine promises of the keys of linked accounts. */
export function channelKeysContract(engine: string, makePlace: () => StorePlace): void {
  const promise = promises(engine, makePlace);
  const owner = { channel: "whatsapp", accountId: "default" };
  const other = { channel: "whatsapp", accountId: "work" };
  const arrival = (key: string, said: string) => ({
    key,
    envelope: `{"id":"${key}"}`,
    payload: new TextEncoder().encode(said),
  });

  promise(
    "credentials and keys are kept for each account and survive a restart",
    async (store, clock, reopen) => {
      const at = clock.now();
      expect(await store.channelKeys.creds(owner)).toBeUndefined();
      await store.channelKeys.commit(owner, {
        creds: `{"a":1}`,
        keys: [
          { type: "session", id: "1.0", value: `"x"` },
          { type: "pre-key", id: "7", value: `"y"` },
        ],
      });
      clock.advance(5);
      await store.channelKeys.commit(owner, {
        creds: `{"a":2}`,
        keys: [
          { type: "session", id: "1.0", value: `"z"` },
          { type: "pre-key", id: "7", value: null },
        ],
      });
      const again = await reopen();
      expect(await again.channelKeys.creds(owner)).toEqual({
        value: `{"a":2}`,
        createdAt: at,
        updatedAt: at + 5,
      });
      expect([...(await again.channelKeys.keys(owner, "session", ["1.0", "2.0"]))]).toEqual([["1.0", `"z"`]]);
      expect((await again.channelKeys.keys(owner, "pre-key", ["7"])).size).toBe(0);
      expect((await again.channelKeys.keys(other, "session", ["1.0"])).size).toBe(0);
      expect(await again.channelKeys.owners("whatsapp")).toEqual([owner]);
    },
  );

  promise(
    "what was decrypted is stored with the key it used up, once, until it is taken in",
    async (store, clock) => {
      const { channelKeys } = store;
      await channelKeys.commit(owner, {
        keys: [{ type: "session", id: "1.0", value: "1" }],
        arrivals: [arrival("a", "one"), arrival("b", "two")],
      });
      await channelKeys.commit(owner, { arrivals: [arrival("a", "something else")] });
      expect(await channelKeys.arrivals(owner)).toEqual([
        { ...arrival("a", "one"), at: clock.now(), isTaken: false },
        { ...arrival("b", "two"), at: clock.now(), isTaken: false },
      ]);
      await channelKeys.taken(owner, "a");
      await channelKeys.taken(owner, "b", true);
      expect(await channelKeys.arrivals(owner)).toEqual([]);
      expect(await channelKeys.arrival(owner, "a")).toMatchObject({
        payload: new Uint8Array(),
        isTaken: true,
      });
      expect(await channelKeys.arrival(owner, "b")).toMatchObject({ ...arrival("b", "two"), isTaken: true });
      expect(await channelKeys.arrival(other, "a")).toBeUndefined();
      clock.advance(10);
      await channelKeys.commit(owner, { arrivals: [arrival("c", "three")] });
      expect(await channelKeys.prune(owner, clock.now())).toBe(2);
      expect(await channelKeys.arrivals(owner)).toHaveLength(1);
    },
  );

  promise("an account that is cleared leaves nothing behind, and the others all they have", async (store) => {
    const all = { creds: "{}", keys: [{ type: "t", id: "1", value: "1" }], arrivals: [arrival("a", "one")] };
    await store.channelKeys.commit(owner, all);
    await store.channelKeys.commit(other, all);
    expect(await store.channelKeys.clear(owner)).toBe(true);
    expect(await store.channelKeys.clear(owner)).toBe(false);
    expect(await store.channelKeys.creds(owner)).toBeUndefined();
    expect(await store.channelKeys.arrivals(owner)).toEqual([]);
    expect(await store.channelKeys.owners("whatsapp")).toEqual([other]);
    expect(await store.channelKeys.arrivals(other)).toHaveLength(1);
  });

  promise("a link takes the place of the one before as a whole, with its age", async (store, clock) => {
    const { channelKeys } = store;
    await channelKeys.commit(owner, {
      creds: `{"a":1}`,
      keys: [{ type: "session", id: "old", value: "1" }],
      arrivals: [arrival("a", "one")],
    });
    clock.advance(5);
    const next = { creds: `{"a":2}`, keys: [{ type: "session", id: "new", value: "2" }] };
    expect(await channelKeys.replace(owner, next, { onlyNew: true })).toBe(false);
    expect(await channelKeys.creds(owner)).toMatchObject({ value: `{"a":1}` });
    expect(await channelKeys.replace(owner, next)).toBe(true);
    expect(await channelKeys.creds(owner)).toEqual({
      value: `{"a":2}`,
      createdAt: clock.now(),
      updatedAt: clock.now(),
    });
    expect([...(await channelKeys.keys(owner, "session", ["old", "new"]))]).toEqual([["new", "2"]]);
    expect(await channelKeys.arrivals(owner)).toEqual([]);
    expect(await channelKeys.replace(other, { ...next, since: 7 }, { onlyNew: true })).toBe(true);
    expect(await channelKeys.creds(other)).toMatchObject({ createdAt: 7 });
  });
}
