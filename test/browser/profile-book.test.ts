import { describe, expect, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { OpenClawConfig } from "../../src/config/index.ts";
import { isPortFree } from "../../src/browser/profiles/free-port.ts";
import { makeUserDataDir, ProfileBook } from "../../src/browser/profiles/profile-book.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { silentLogger } from "../../src/lib/logger.ts";
import { openStore, type Store } from "../../src/store/index.ts";
import { freePort, type TempHome, tempHome } from "../support/index.ts";

const CONTROL_PORT = 30_000;

interface World {
  readonly home: TempHome;
  readonly store: Store;
  book(browser?: OpenClawConfig["browser"], busy?: readonly number[]): ProfileBook;
}

async function inWorld(work: (world: World) => Promise<void>): Promise<void> {
  await using home = await tempHome();
  const store = await openStore({ path: home.at("state.sqlite"), clock: systemClock, log: silentLogger });
  try {
    await work({
      home,
      store,
      book: (browser, busy = []) =>
        new ProfileBook({
          config: () => ({ ...(browser && { browser }) }),
          env: { controlUrl: undefined, headless: undefined, hasDisplay: false },
          system: { platform: "linux", uid: 1_000, accountHome: home.path },
          paths: { home: home.path, stateDir: home.path },
          kv: store.kv,
          controlPort: () => CONTROL_PORT,
          clock: systemClock,
          isFree: async (port) => !busy.includes(port),
        }),
    });
  } finally {
    await store.close();
  }
}

async function portsOf(book: ProfileBook): Promise<Record<string, number | string>> {
  const rows = (await book.list()).map((profile) => [
    profile.name,
    profile.kind === "local" ? profile.cdpPort : profile.cdpUrl,
  ]);
  return Object.fromEntries(rows);
}

describe("ports of profiles", () => {
  test("seed 176: two profiles get two ports, which stay theirs", () =>
    inWorld(async ({ book }) => {
      await book().create("work", {});
      const first = await portsOf(book());
      expect(first).toEqual({ openclaw: 30_009, work: 30_010 });
      // Another process on the same state, with the first port of the range in use.
      expect(await portsOf(book(undefined, [30_009]))).toEqual(first);
    }));

  test("seed 176: a port that some program listens on is passed over", () =>
    inWorld(async ({ book }) => {
      expect(await portsOf(book(undefined, [30_009, 30_010]))).toEqual({ openclaw: 30_011 });
    }));

  test("seed 176: a port or an address of the configuration is taken as it says, and no other profile gets it", () =>
    inWorld(async ({ book }) => {
      const profiles = {
        fixed: { cdpPort: 30_009 },
        far: { cdpPort: 9_222 },
        away: { cdpUrl: "http://10.0.0.42:9222" },
      };
      const found = await portsOf(book({ profiles }));
      expect(found).toEqual({ openclaw: 30_010, fixed: 30_009, far: 9_222, away: "http://10.0.0.42:9222" });
    }));

  test("profiles that are made at once get ports of their own", () =>
    inWorld(async ({ book }) => {
      const one = book();
      await Promise.all(["a", "b", "c", "d"].map((name) => one.create(name, {})));
      expect(new Set(Object.values(await portsOf(one))).size).toBe(5);
    }));

  test("a range that is used up is said, and nothing is remembered of the profile", () =>
    inWorld(async ({ book }) => {
      const all = Array.from({ length: 100 }, (_, index) => 30_009 + index);
      const full = book(undefined, all);
      expect(full.list()).rejects.toMatchObject({ status: 507 });
      expect(await portsOf(book())).toEqual({ openclaw: 30_009 });
    }));

  test("a port in use on this machine is seen", async () => {
    const port = await freePort();
    const taken = Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } });
    expect(await isPortFree(port)).toBe(false);
    taken.stop(true);
    expect(await isPortFree(port)).toBe(true);
  });
});

describe("making and deleting profiles", () => {
  test("a deleted profile is forgotten, its data is moved aside and not deleted", () =>
    inWorld(async ({ book, home }) => {
      const one = book();
      const made = await one.create("work", { color: "#0066CC" });
      if (made.kind !== "local") throw new Error("it should be a browser of this machine");
      await makeUserDataDir(made.userDataDir);
      await home.write("browser/work/user-data/Cookies", "kept");
      const moved = await one.remove("work");
      expect(moved).toStartWith(home.at("browser", "work.removed-"));
      expect(existsSync(join(moved ?? "", "user-data", "Cookies"))).toBe(true);
      expect(await portsOf(one)).toEqual({ openclaw: 30_009 });
    }));

  test("the data of a profile lies in the state folder, open to its owner alone", () =>
    inWorld(async ({ book, home }) => {
      const profile = await book().find(undefined);
      if (profile.kind !== "local") throw new Error("it should be a browser of this machine");
      expect(profile.userDataDir).toBe(home.at("browser", "openclaw", "user-data"));
      await makeUserDataDir(profile.userDataDir);
      expect(statSync(profile.userDataDir).mode & 0o777).toBe(0o700);
      expect(statSync(home.at("browser")).mode & 0o777).toBe(0o700);
    }));

  test.each(["", "constructor", "Work", "a b", "../etc", "-x", "x".repeat(65)])("%j is no name", (name) =>
    inWorld(async ({ book }) => {
      expect(book().create(name, {})).rejects.toMatchObject({ status: 400 });
    }),
  );

  test("what is built in or configured stays, and it is said how it goes", () =>
    inWorld(async ({ book }) => {
      const one = book({ profiles: { fixed: { cdpPort: 9_300 } } });
      expect(one.remove("openclaw")).rejects.toMatchObject({ status: 409 });
      expect(one.remove("fixed")).rejects.toThrow("openclaw config unset browser.profiles.fixed");
      expect(one.remove("nobody")).rejects.toMatchObject({ status: 404 });
      expect(one.create("fixed", {})).rejects.toMatchObject({ status: 409 });
    }));

  test("a browser shows no window where there is no screen, and it is said why", () =>
    inWorld(async ({ book }) => {
      const by = async (browser?: OpenClawConfig["browser"]) => {
        const profile = await book(browser).find(undefined);
        return profile.kind === "local" ? profile.headless : undefined;
      };
      expect(await by()).toEqual({ value: true, source: "linux-display-fallback" });
      expect(await by({ headless: false })).toEqual({ value: false, source: "config" });
      const own = { headless: false, profiles: { openclaw: { headless: true } } };
      expect(await by(own)).toEqual({ value: true, source: "profile" });
    }));
});
