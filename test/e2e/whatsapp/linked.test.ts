import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { runOpenclaw, until } from "../../support/index.ts";
import { LINK_PATIENCE_MS, LinkWorld } from "./support/link-world.ts";

setDefaultTimeout(LINK_PATIENCE_MS);

const WHATSAPP = { channels: { whatsapp: { dmPolicy: "open", allowFrom: ["*"] } } };

describe("an account that is not linked", () => {
  let world: LinkWorld;

  beforeAll(async () => {
    world = await LinkWorld.open(WHATSAPP);
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  test("is blocked, with the command that links it", async () => {
    expect(await world.row(({ lifecycle }) => lifecycle === "blocked")).toMatchObject({
      linked: false,
      authAgeMs: null,
      healthState: "not-linked",
    });
    const { stdout } = await world.run("channels", "status");
    expect(stdout).toContain("openclaw channels login --channel whatsapp");
    expect((await world.run("channels", "list")).stdout).toContain("not linked");
    expect((await world.run("status")).stdout).toContain("not linked");
  });

  test("seed 193: sends nothing, and says NOT_LINKED with the command that mends it", async () => {
    const { code, stdout } = await world.run(
      ...["message", "send", "--channel", "whatsapp", "--target", "+4366499"],
      ...["--message", "hi", "--json"],
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "NOT_LINKED" } });
    expect(stdout).toContain("openclaw channels login --channel whatsapp");
  });

  test("seed 233: health goes on to be ok, and its linkChannel says that it is not", async () => {
    const { stdout } = await world.run("health", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      linkChannel: { id: "whatsapp", label: "WhatsApp", linked: false, authAgeMs: null },
    });
  });

  test("a login by methods: one at a time, the code as a picture, its end heard by everybody who waits", async () => {
    const start = { channel: "whatsapp", accountId: "default" };
    const [one, two] = await Promise.all([
      world.ask("web.login.start", start),
      world.ask("web.login.start", {}),
    ]);
    expect(one.qrDataUrl).toStartWith("data:image/png;base64,");
    expect(two.sessionKey).toBe(one.sessionKey ?? "");
    expect(two.qrDataUrl).toBe(one.qrDataUrl ?? "");
    const still = await world.ask("web.login.wait", { currentQrDataUrl: one.qrDataUrl, timeoutMs: 50 });
    expect(still).toMatchObject({ qrDataUrl: one.qrDataUrl });
    expect(still.outcome).toBeUndefined();
    const next = world.ask("web.login.wait", { currentQrDataUrl: one.qrDataUrl });
    world.fake.expireQrs({ again: true });
    expect((await next).qrDataUrl).not.toBe(one.qrDataUrl);
    const waits = [{}, { sessionKey: one.sessionKey, channel: "whatsapp" }].map((params) =>
      until("the end", async () => {
        const progress = await world.ask("web.login.wait", params);
        return progress.outcome === undefined ? undefined : progress;
      }),
    );
    await world.phone.scan((await next).qrText ?? "");
    for (const end of await Promise.all(waits)) {
      expect(end).toMatchObject({ connected: true, outcome: "linked", self: { id: "+4366412345" } });
    }
    expect(await world.row(({ lifecycle }) => lifecycle === "ready")).toMatchObject({
      linked: true,
      connected: true,
      healthState: "healthy",
      self: { id: "+4366412345" },
    });
  });

  test("seed 233, seed 234: linked, health and status say so, with number and age", async () => {
    const health = await until("the health to tell it", async () => {
      const { linkChannel } = JSON.parse((await world.run("health", "--json")).stdout);
      return linkChannel.linked === true ? linkChannel : undefined;
    });
    expect(health).toMatchObject({ id: "whatsapp", linked: true, self: { id: "+4366412345" } });
    expect(health.authAgeMs).toBeGreaterThanOrEqual(0);
    expect((await world.run("status")).stdout).toMatch(/linked \d+(?:ms|s|m) ago, ready/);
    expect((await world.run("channels", "status", "--probe")).stdout).toMatch(
      /\+4366412345 .*ready .*ago.*works/,
    );
    expect((await world.run("channels", "list")).stdout).toContain("linked as +4366412345");
    const { chat } = JSON.parse((await world.run("channels", "list", "--json")).stdout);
    expect(chat.whatsapp.details[0]).toMatchObject({
      accountId: "default",
      linked: true,
      self: { id: "+4366412345" },
    });
  });

  test("logging out unlinks it at WhatsApp, forgets the keys, and lets it be linked anew", async () => {
    const { stdout, stderr, code } = await world.run("channels", "logout", "--channel", "whatsapp");
    expect([code, stdout]).toEqual([0, "Logged WhatsApp account default out; its link is forgotten.\n"]);
    expect(stderr).not.toContain("could not be told");
    await until("the phone to know", () => world.phone.companions.size === 0);
    expect(await world.row(({ lifecycle }) => lifecycle === "blocked")).toMatchObject({ linked: false });
    const again = await world.run("channels", "logout", "--channel", "whatsapp");
    expect(again.stdout).toBe("WhatsApp account default was not linked.\n");
    expect(await world.link()).toMatchObject({ outcome: "linked" });
  });

  test("an account that is removed with its settings is unlinked, too", async () => {
    const { stdout, code } = await world.run("channels", "remove", "--channel", "whatsapp", "--delete");
    expect([code, stdout]).toEqual([0, "Removed WhatsApp account default.\n"]);
    await until("the phone to know", () => world.phone.companions.size === 0);
    const config = await Bun.file(world.home.at(".openclaw", "openclaw.json")).json();
    expect(config.channels).toBeUndefined();
  });
});

describe("an account that is linked", () => {
  let world: LinkWorld;

  beforeAll(async () => {
    world = await LinkWorld.open(WHATSAPP);
    await world.link();
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  test("a second number is added, linked and told apart; the first one stays", async () => {
    const add = await world.run("channels", "add", "whatsapp", "--account", "work", "--name", "Work");
    expect([add.code, add.stderr]).toEqual([
      0,
      expect.stringContaining("openclaw channels login --channel whatsapp --account work"),
    ]);
    await world.row(({ lifecycle }) => lifecycle === "blocked", "work");
    const { qrText = "" } = await world.ask("web.login.start", { accountId: "work" });
    await world.fake.phone("+4366477777", { name: "Work" }).scan(qrText);
    expect(await world.row(({ lifecycle }) => lifecycle === "ready", "work")).toMatchObject({
      self: { id: "+4366477777" },
    });
    expect(await world.row(({ lifecycle }) => lifecycle === "ready")).toMatchObject({
      self: { id: "+4366412345" },
    });
    const wrong = await world.run("channels", "add", "whatsapp", "--token", "1:2");
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("have no token")]);
  });

  test("a login is cancelled by whoever knows of it, once, and the account goes on as it was", async () => {
    expect(await world.ask("web.login.start", { force: true })).toMatchObject({ qrText: expect.any(String) });
    for (const cancelled of [true, false]) {
      expect(await world.call<object>("web.login.cancel", {})).toMatchObject({ cancelled });
    }
    expect(await world.row(({ lifecycle }) => lifecycle === "ready")).toMatchObject({
      self: { id: "+4366412345" },
    });
  });

  test("a link that WhatsApp ends is said, and a new login mends it", async () => {
    world.phone.unlink();
    expect(await world.row(({ healthState }) => healthState === "logged-out")).toMatchObject({
      lifecycle: "blocked",
      linked: false,
    });
    const { stdout } = await world.run("channels", "status");
    expect(stdout).toMatch(/last disconnected .*401/);
    expect(stdout).toContain("openclaw channels login --channel whatsapp");
    expect(await world.link()).toMatchObject({ outcome: "linked" });
  });

  test("a link outlives the gateway; what it is made of is nowhere but in the database", async () => {
    await world.gateway.stop();
    expect(existsSync(world.home.at(".openclaw", "credentials", "whatsapp"))).toBe(false);
    const { stdout } = await runOpenclaw(["channels", "list"], { home: world.home.path });
    expect(stdout).toContain("linked as +4366412345");
    expect(stdout).not.toContain("noiseKey");
  });
});
