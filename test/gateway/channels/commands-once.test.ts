import { expect, test } from "bun:test";
import type { CommandAnswer } from "../../../src/channels/index.ts";
import { CommandsOnce } from "../../../src/gateway/channels/commands-once.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import type { RunId, SessionKey } from "../../../src/protocol/index.ts";
import { openStore } from "../../../src/store/index.ts";
import { tempHome } from "../../support/index.ts";

const given = {
  channel: "telegram",
  runId: "telegram:1:message:777:1" as RunId,
  agentId: "main",
  sessionKey: "agent:main:main" as SessionKey,
  text: "/new",
};

const opened = async (path: string) => {
  const store = await openStore({ path, clock: systemClock, log: silentLogger });
  return { runs: store.runs, [Symbol.asyncDispose]: () => store.close() };
};

test("a command is carried out once, also by the process after the one that died with it", async () => {
  await using home = await tempHome();
  let done = 0;
  const command = async (text: string, answer: CommandAnswer | undefined) => {
    await using store = await opened(home.at("s.sqlite"));
    const once = new CommandsOnce({ runs: store.runs, clock: systemClock });
    const answered = await once.carryOut({ ...given, text }, () => {
      done += 1;
      return Promise.resolve(answer);
    });
    expect(await store.runs.unsettled()).toEqual([]);
    return answered;
  };
  const fresh = { kind: "text", text: "A new session." } as const;
  expect(await command("/new", fresh)).toEqual(fresh);
  expect(await command("/new", { kind: "text", text: "Another." })).toEqual(fresh);
  expect(done).toBe(1);
  const on = { kind: "continue", text: "hello", notice: "A new session." } as const;
  expect(await command("/new hello", on)).toEqual(on);
  expect(await command("/new hello", undefined)).toEqual(on);
  expect(done).toBe(2);
});

test("what is no command, and menus, are looked at anew", async () => {
  await using home = await tempHome();
  await using store = await opened(home.at("s.sqlite"));
  const once = new CommandsOnce({ runs: store.runs, clock: systemClock });
  const asked = (answer: CommandAnswer | undefined) => once.carryOut(given, () => Promise.resolve(answer));
  expect(await asked(undefined)).toBeUndefined();
  const current = { provider: "a", id: "b" };
  const menu = { kind: "text", text: "", menu: { kind: "providers", models: [], current } } as const;
  expect(await asked(menu)).toEqual(menu);
  expect(await asked({ kind: "text", text: "now" })).toEqual({ kind: "text", text: "now" });
});
