import { describe, expect, test } from "bun:test";
import { ConfigStore, type OpenClawConfig, openClawRules, readEnv } from "../../../src/config/index.ts";
import { CommandOwner, Pairing, PAIRING_TTL_MS } from "../../../src/channels/access/index.ts";
import { pairingText } from "../../../src/channels/access/pairing-notice.ts";
import { AccessGate } from "../../../src/channels/access/index.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { openStore, type Store } from "../../../src/store/index.ts";
import { tempDir } from "../../store/temp.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { accountOf, configOf, message, TELEGRAM, person } from "./world.ts";

const CODE = /^[ABCDEFGHJKLMNPQRSTUVWXYZ23456789]{8}$/;

interface World extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly pairing: Pairing;
  readonly config: ConfigStore<OpenClawConfig>;
  /** What becomes of a direct message of a person. */
  readonly write: (id: string, accountId?: string) => ReturnType<AccessGate["admit"]>;
  /** The same store as a later process would find it. */
  readonly reopen: () => Promise<void>;
}

async function world(settings: Record<string, unknown> = {}): Promise<World> {
  const dir = tempDir();
  const clock = new ManualClock();
  const config = new ConfigStore({
    paths: { configPath: dir.file("openclaw.json") },
    env: readEnv({}),
    rules: openClawRules,
    clock,
    version: "1",
  });
  await config.load();
  const open = () => openStore({ path: dir.file("state.sqlite"), clock, log: silentLogger });
  let store: Store = await open();
  const parts = () => {
    const owner = new CommandOwner({ config, log: silentLogger });
    const pairing = new Pairing({
      repository: store.channelPairing,
      owner,
      ids: randomIds,
      log: silentLogger,
    });
    const gate = new AccessGate({
      config: () => config.current.config,
      channel: () => TELEGRAM,
      identity: () => ({}),
      pairing,
      clock,
      log: silentLogger,
    });
    return { pairing, gate };
  };
  let { pairing, gate } = parts();
  return {
    clock,
    config,
    get pairing() {
      return pairing;
    },
    write: (id, accountId = "default") =>
      gate.admit(
        accountOf(configOf({ channels: { telegram: settings } }), accountId),
        message({ id, kind: "direct" }, person(id, { name: `N${id}`, username: `u${id}` })),
        { agentId: "main" },
      ),
    reopen: async () => {
      await store.close();
      store = await open();
      ({ pairing, gate } = parts());
    },
    [Symbol.asyncDispose]: async () => {
      await store.close();
      dir[Symbol.dispose]();
    },
  };
}

async function codeFor(it: World, id: string, accountId?: string): Promise<string> {
  const admission = await it.write(id, accountId);
  if (admission.state !== "stranger" || admission.pairing === undefined) throw new Error("no code");
  return admission.pairing.code;
}

describe("pairing", () => {
  test("a stranger is told once who they are, their code, and what the owner types", async () => {
    await using it = await world();
    const admission = await it.write("1001");
    if (admission.state !== "stranger" || admission.pairing === undefined) throw new Error("no notice");
    const { code, text } = admission.pairing;
    expect(code).toMatch(CODE);
    expect(text).toBe(
      [
        "OpenClaw: access not configured.",
        "",
        "Your Telegram user id: 1001",
        "Pairing code:",
        "```",
        code,
        "```",
        "",
        "Ask the bot owner to approve with:",
        "```",
        `openclaw pairing approve telegram ${code}`,
        "```",
      ].join("\n"),
    );
    expect(await it.write("1001")).toEqual({ state: "stranger", pairing: undefined });
  });

  test("seed 240: of a gateway with a profile, what the owner types names it", () => {
    expect(pairingText(TELEGRAM.meta, "1001", "ABCD2345", "rescue")).toContain(
      "\nopenclaw --profile rescue pairing approve telegram ABCD2345\n",
    );
  });

  test("an approval holds at once, for that person and that account, in direct chats alone", async () => {
    await using it = await world({ groups: { "-5": {} }, groupAllowFrom: [1] });
    const code = await codeFor(it, "1001");
    const approved = await it.pairing.approve({ channel: "telegram", code }, { claimOwner: false });
    expect(approved).toMatchObject({
      request: { senderId: "1001", accountId: "default" },
      owner: "not-requested",
    });
    expect((await it.write("1001")).state).toBe("admitted");
    expect((await it.write("1002")).state).toBe("stranger");
    expect((await it.write("1001", "work")).state).toBe("stranger");
    expect(await it.pairing.approve({ channel: "telegram", code }, { claimOwner: false })).toBeUndefined();
    await it.reopen();
    expect((await it.write("1001")).state).toBe("admitted");
  });

  test("a code is read as people type it, and only for its own channel and account", async () => {
    await using it = await world();
    const code = await codeFor(it, "1001");
    const claimOwner = false;
    expect(await it.pairing.approve({ channel: "whatsapp", code }, { claimOwner })).toBeUndefined();
    expect(
      await it.pairing.approve({ channel: "telegram", accountId: "x", code }, { claimOwner }),
    ).toBeUndefined();
    const typed = ` ${code.toLowerCase()}\n`;
    expect(await it.pairing.approve({ channel: "telegram", code: typed }, { claimOwner })).toBeDefined();
  });

  test("three may wait for an account; the fourth is told nothing until one is gone", async () => {
    await using it = await world();
    const codes = [await codeFor(it, "1"), await codeFor(it, "2"), await codeFor(it, "3")];
    expect(new Set(codes).size).toBe(3);
    expect(await it.write("4")).toEqual({ state: "stranger", pairing: undefined });
    expect(await codeFor(it, "4", "work")).toMatch(CODE);
    await it.pairing.dismiss({ channel: "telegram", code: codes[1] ?? "" });
    expect(await codeFor(it, "4")).toMatch(CODE);
    expect((await it.pairing.pending("telegram", "default")).map(({ senderId }) => senderId)).toEqual([
      "1",
      "3",
      "4",
    ]);
  });

  test("a request is forgotten after an hour, its code with it, and whoever asks again gets another", async () => {
    await using it = await world();
    const code = await codeFor(it, "1001");
    const [request] = await it.pairing.pending();
    expect(request).toMatchObject({
      code,
      createdAt: it.clock.now(),
      expiresAt: it.clock.now() + PAIRING_TTL_MS,
      meta: { name: "N1001", username: "u1001", chatId: "1001" },
    });
    it.clock.advance(PAIRING_TTL_MS - 1);
    expect(await it.write("1001")).toEqual({ state: "stranger", pairing: undefined });
    expect(await it.pairing.pending()).toHaveLength(1);
    it.clock.advance(1);
    expect(await it.pairing.pending()).toEqual([]);
    expect(await it.pairing.approve({ channel: "telegram", code }, { claimOwner: true })).toBeUndefined();
    const next = await codeFor(it, "1001");
    expect(next).not.toBe(code);
  });

  test("who is dismissed may ask again", async () => {
    await using it = await world();
    const code = await codeFor(it, "1001");
    expect(await it.pairing.dismiss({ channel: "telegram", code })).toMatchObject({ senderId: "1001" });
    expect(await it.pairing.dismiss({ channel: "telegram", code })).toBeUndefined();
    expect((await it.write("1001")).state).toBe("stranger");
    expect(await it.pairing.pending()).toHaveLength(1);
  });

  test("a notice that a process may have died before sending is made again, under the same key", async () => {
    await using it = await world();
    const first = await it.write("1001");
    await it.reopen();
    expect(await it.write("1001")).toEqual(first);
    expect(await it.write("1001")).toEqual({ state: "stranger", pairing: undefined });
  });

  test("what strangers call themselves is kept short", async () => {
    await using it = await world();
    const stranger = person("1", { name: "x".repeat(5_000) });
    const chat = { id: "1", kind: "direct" } as const;
    await it.pairing.ask({ meta: TELEGRAM.meta, accountId: "default", person: stranger, chat });
    const [request] = await it.pairing.pending();
    expect(request?.meta.name).toHaveLength(128);
  });
});

describe("the first owner", () => {
  test("is the first who is approved so; later approvals change nothing", async () => {
    await using it = await world();
    const first = await codeFor(it, "777");
    const second = await codeFor(it, "888");
    const approve = (code: string) => it.pairing.approve({ channel: "telegram", code }, { claimOwner: true });
    expect(await approve(first)).toMatchObject({ owner: "configured" });
    expect(it.config.current.config.commands.ownerAllowFrom).toEqual(["telegram:777"]);
    expect(await it.write("777")).toMatchObject({ state: "admitted", isOwner: true });
    expect(await approve(second)).toMatchObject({ owner: "already-configured" });
    expect(it.config.current.config.commands.ownerAllowFrom).toEqual(["telegram:777"]);
    expect(await it.write("888")).toMatchObject({ state: "admitted", isOwner: false, isAuthorized: true });
  });

  test("of two approvals at once, one makes the owner", async () => {
    await using it = await world();
    const codes = [await codeFor(it, "1"), await codeFor(it, "2")];
    const approvals = await Promise.all(
      codes.map((code) => it.pairing.approve({ channel: "telegram", code }, { claimOwner: true })),
    );
    expect(new Set(approvals.map((one) => one?.owner))).toEqual(
      new Set(["configured", "already-configured"]),
    );
    expect(it.config.current.config.commands.ownerAllowFrom).toHaveLength(1);
  });

  test("a wildcard is nobody, so it is replaced", async () => {
    await using it = await world();
    await it.config.setPath(["commands", "ownerAllowFrom"], ["*"]);
    const owner = new CommandOwner({ config: it.config, log: silentLogger });
    expect(owner.isConfigured).toBe(false);
    expect(await owner.claim("telegram", "777")).toBe("configured");
    expect(owner.isConfigured).toBe(true);
  });

  test("a configuration that cannot be written leaves the approval standing", async () => {
    await using it = await world();
    const owner = new CommandOwner({
      config: new ConfigStore({
        paths: { configPath: it.config.current.path },
        env: readEnv({ OPENCLAW_CONFIG_READONLY: "1" }),
        rules: openClawRules,
        clock: it.clock,
        version: "1",
      }),
      log: silentLogger,
    });
    expect(await owner.claim("telegram", "777")).toBe("unavailable");
  });
});
