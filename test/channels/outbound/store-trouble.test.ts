import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { countQueues, SendError } from "../../../src/channels/index.ts";
import { STORE_RETRY_MAX_MS } from "../../../src/channels/outbound/limits.ts";
import { kvKey } from "../../../src/store/index.ts";
import { canMount, smallDisk } from "../../store/small-disk.ts";
import { tempDir } from "../../store/temp.ts";
import { until } from "../../support/index.ts";
import { RecordingChannel } from "./support/recording-channel.ts";
import { LONG_MS, request, type WayOut, wayOut } from "./support/way-out.ts";

/** Keeps everybody else from writing, as a backup tool might. */
function lock(path: string): Disposable {
  const db = new Database(path);
  db.run("BEGIN IMMEDIATE");
  return {
    [Symbol.dispose]: () => {
      db.run("ROLLBACK");
      db.close();
    },
  };
}

/** Time passes until something is so. */
function eventually(way: WayOut, what: string, isSo: () => Promise<boolean> | boolean): Promise<boolean> {
  return until(what, async () => {
    way.clock.advance(STORE_RETRY_MAX_MS);
    await way.rest();
    return isSo();
  });
}

test("while the store is locked nothing is sent that is not stored; what arrived is noted later and not sent again", async () => {
  await using way = await wayOut();
  const held = Promise.withResolvers<void>();
  way.channel.platform = ({ text }) => (text === "a" ? held.promise : undefined);
  await way.reply("1", "a|b", "c");
  way.channel.disconnect();
  await way.reply("2", "d");
  await way.reply("3", "e");
  await way.rest();
  {
    using _ = lock(way.path);
    held.resolve();
    way.channel.connect();
    await way.pass(2_000);
    expect(way.channel.texts()).toEqual(["a"]);
    expect(await countQueues(way.store.inbox, way.store.outbox)).toMatchObject([{ queued: 4 }]);
    expect(way.deliveries.storeTrouble?.message).toContain("held by another process");
    const asked = way.deliveries.deliver(request("4", "x", { origin: "send" }), LONG_MS);
    await expect(asked).rejects.toMatchObject({ code: "busy" });
  }
  await eventually(way, "everything to be sent", () => way.channel.arrived.length === 5);
  await way.rest();
  expect(way.channel.texts("1")).toEqual(["a", "b", "c"]);
  expect(way.channel.texts().toSorted()).toEqual(["a", "b", "c", "d", "e"]);
  expect(await countQueues(way.store.inbox, way.store.outbox)).toMatchObject([
    { queued: 0, dead: 0, unknown: 0 },
  ]);
  expect(way.deliveries.storeTrouble).toBeUndefined();
}, 30_000);

test("a failure that cannot be stored at once is stored later, and nothing of its chat goes before it", async () => {
  await using way = await wayOut();
  const held = Promise.withResolvers<void>();
  way.channel.platform = async ({ text }) => {
    if (text !== "lost") return;
    await held.promise;
    throw new SendError("uncertain", "timed out");
  };
  await way.reply("1", "lost", "next");
  await way.rest();
  {
    using _ = lock(way.path);
    held.resolve();
    await way.pass(1_000);
    expect(way.channel.arrived).toEqual([]);
  }
  await eventually(way, "the chat to be told", () => way.channel.arrived.length === 2);
  expect(way.channel.texts()).toEqual([expect.stringContaining("couldn’t confirm"), "next"]);
  expect((await way.row(1)).state).toBe("unknown");
}, 30_000);

test("a stop does not wait for a store that stays locked, and the next start knows what is uncertain", async () => {
  await using way = await wayOut();
  const held = Promise.withResolvers<void>();
  way.channel.platform = () => held.promise;
  await way.reply("1", "a");
  await way.rest();
  {
    using _ = lock(way.path);
    held.resolve();
    await way.rest();
    const stopped = way.deliveries.stop(3_000);
    way.clock.advance(3_000);
    await stopped;
  }
  await way.restart();
  await way.rest();
  expect((await way.row(1)).state).toBe("unknown");
  expect(way.channel.texts()).toEqual(["a", expect.stringContaining("couldn’t confirm")]);
}, 30_000);

test.if(canMount)(
  "a full disk loses and doubles nothing; sending goes on by itself when there is space",
  async () => {
    using dir = tempDir();
    using _disk = smallDisk(dir.file("disk"), "size=3m");
    await using way = await wayOut(new RecordingChannel(), dir.file("disk/s.sqlite"));
    await Bun.write(dir.file("disk/ballast"), new Uint8Array(1_000_000));
    const held = Promise.withResolvers<void>();
    way.channel.platform = ({ text }) => (text === "a" ? held.promise : undefined);
    await way.reply("1", "a|b", "c");
    await way.rest();
    const fill = async () => {
      for (let i = 0; i < 10_000; i++)
        await way.store.kv.set(
          kvKey(`test.${i}`, (value) => value),
          "x".repeat(4_000),
        );
    };
    await expect(fill()).rejects.toMatchObject({ code: "disk-full" });
    held.resolve();
    await way.pass(60_000, 5_000);
    expect(way.channel.texts()).toEqual(["a"]);
    expect(way.deliveries.storeTrouble?.message).toContain("is full");
    await expect(way.deliveries.deliver(request("2", "x"), 1)).rejects.toMatchObject({ code: "disk-full" });

    await Bun.file(dir.file("disk/ballast")).delete();
    await eventually(way, "the rest to be sent", () => way.channel.arrived.length === 3);
    expect(way.channel.texts()).toEqual(["a", "b", "c"]);
    expect(way.deliveries.storeTrouble).toBeUndefined();
  },
  30_000,
);
