import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/lib/clock.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { openStore, type Store } from "../../../src/store/index.ts";
import { tempHome } from "../../support/index.ts";
import { cli } from "../in-process.ts";

const BOUNDS = { ttlMs: 3_600_000, maxPending: 3 };
const ANN = {
  channel: "telegram",
  accountId: "default",
  senderId: "777",
  code: "ABCDEFGH",
  meta: { name: "Ann", username: "ann" },
};
const BEN = { channel: "telegram", accountId: "work", senderId: "888", code: "JKLMNPQR", meta: {} };

/** A home whose gateway is down, with people who wait. */
async function house(...asks: (typeof ANN | typeof BEN)[]) {
  const home = await tempHome();
  const path = join(home.path, ".openclaw", "state", "openclaw.sqlite");
  const store = async <T>(work: (store: Store) => Promise<T>): Promise<T> => {
    const opened = await openStore({ path, clock: systemClock, log: silentLogger });
    try {
      return await work(opened);
    } finally {
      await opened.close();
    }
  };
  if (asks.length > 0) {
    await store(async ({ channelPairing }) => {
      for (const ask of asks) await channelPairing.file(ask, BOUNDS);
    });
  }
  const run = (line: string) => cli(line.split(" "), { home: home.path });
  return {
    run,
    store,
    dbPath: path,
    json: async (line: string) => JSON.parse((await run(`${line} --json`)).stdout),
    config: async () => JSON.parse(await Bun.file(join(home.path, ".openclaw", "openclaw.json")).text()),
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

describe("pairing while the gateway is down", () => {
  test("where nothing was stored nobody waits, and nothing is made", async () => {
    await using home = await house();
    expect(await home.run("pairing list")).toMatchObject({ code: 0, stdout: "Nobody waits to be let in.\n" });
    expect(existsSync(home.dbPath)).toBe(false);
    expect((await home.run("pairing approve ABCDEFGH")).code).toBe(1);
  });

  test("list shows who waits, by channel and account, and as JSON", async () => {
    await using home = await house(ANN, BEN);
    const { stdout } = await home.run("pairing list telegram");
    expect(stdout).toContain("ABCDEFGH");
    expect(stdout).toContain("Ann @ann");
    expect(stdout).toContain("888");
    expect(await home.json("pairing list telegram --account default")).toEqual({
      channel: "telegram",
      requests: [
        {
          id: "777",
          channel: "telegram",
          code: "ABCDEFGH",
          createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
          lastSeenAt: expect.stringMatching(/^\d{4}-.*Z$/),
          meta: { name: "Ann", username: "ann", accountId: "default" },
        },
      ],
    });
    expect((await home.run("pairing list whatsapp")).stdout).toBe("Nobody waits to be let in on whatsapp.\n");
  });

  test("the first approval makes the owner, the next one only lets in", async () => {
    await using home = await house(ANN, BEN);
    const first = await home.run("pairing approve telegram abcdefgh");
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toBe(
      "Approved telegram sender 777.\nCommand owner configured telegram:777 (commands.ownerAllowFrom was empty).\n",
    );
    expect((await home.config()).commands.ownerAllowFrom).toEqual(["telegram:777"]);
    const second = await home.run("pairing approve JKLMNPQR");
    expect(second.stdout).toBe("Approved telegram sender 888.\n");
    expect((await home.config()).commands.ownerAllowFrom).toEqual(["telegram:777"]);
    const allowed = await home.store(async ({ channelPairing }) => [
      await channelPairing.allowed("telegram", "default"),
      await channelPairing.allowed("telegram", "work"),
    ]);
    expect(allowed).toEqual([["777"], ["888"]]);
    expect((await home.run("pairing approve JKLMNPQR")).stderr).toContain(
      "Nobody waits with the code JKLMNPQR",
    );
  });

  test("--json answers what came of it", async () => {
    await using home = await house(ANN);
    expect(await home.json("pairing approve --channel telegram ABCDEFGH")).toEqual({
      ok: true,
      channel: "telegram",
      accountId: "default",
      code: "ABCDEFGH",
      senderId: "777",
      commandOwner: "configured",
      notification: "not-requested",
    });
  });

  test("--notify says that nobody runs who could tell them, and approves all the same", async () => {
    await using home = await house(ANN);
    const { code, stdout, stderr } = await home.run("pairing approve ABCDEFGH --notify");
    expect(code).toBe(0);
    expect(stdout).toContain("Approved telegram sender 777.");
    expect(stderr).toContain("They were not told: no gateway runs.");
  });

  test("dismiss forgets the request and lets nobody in", async () => {
    await using home = await house(ANN);
    expect((await home.run("pairing dismiss telegram ABCDEFGH")).stdout).toBe(
      "Dismissed telegram sender 777. They may ask again.\n",
    );
    expect((await home.run("pairing list")).stdout).toBe("Nobody waits to be let in.\n");
    expect(await home.store(({ channelPairing }) => channelPairing.allowed("telegram", "default"))).toEqual(
      [],
    );
  });

  test("an account or channel that does not fit finds nobody, and a blank one is refused", async () => {
    await using home = await house(ANN);
    for (const line of [
      "pairing approve ABCDEFGH --account work",
      "pairing approve whatsapp ABCDEFGH",
      "pairing approve telegram ABCDEFGH --channel whatsapp",
      "pairing dismiss ZZZZZZZZ",
    ]) {
      expect({ line, code: (await home.run(line)).code }).toEqual({ line, code: 1 });
    }
    expect((await home.run("pairing list --account=")).code).toBe(1);
    expect((await home.json("pairing list")).requests).toHaveLength(1);
  });

  test("the same code in two places asks which is meant", async () => {
    await using home = await house(ANN, { ...BEN, code: ANN.code });
    const { code, stderr } = await home.run("pairing approve ABCDEFGH");
    expect(code).toBe(1);
    expect(stderr).toContain("--account");
    expect((await home.run("pairing approve ABCDEFGH --account work")).stdout).toContain("sender 888");
  });

  test("a configuration that is not valid is said before anything is changed", async () => {
    await using home = await house(ANN);
    await Bun.write(join(home.dbPath, "..", "..", "openclaw.json"), "{ nonsense: 1 }");
    expect((await home.run("pairing approve ABCDEFGH")).code).toBe(1);
    expect(await home.store(({ channelPairing }) => channelPairing.pending(BOUNDS.ttlMs))).toHaveLength(1);
  });
});
