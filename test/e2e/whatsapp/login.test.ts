import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { qrText } from "../../../src/lib/qr.ts";
import { KEY, until, within } from "../../support/index.ts";
import { LINK_PATIENCE_MS, LinkWorld } from "./support/link-world.ts";

setDefaultTimeout(LINK_PATIENCE_MS);

const WHATSAPP = { channels: { whatsapp: {} } };

describe("at the terminal", () => {
  let world: LinkWorld;

  beforeAll(async () => {
    world = await LinkWorld.open();
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
  });

  test("the code is drawn and drawn anew as it changes; the scanned one links, connects and switches the channel on", async () => {
    await using terminal = world.terminal("channels", "login", "--channel", "whatsapp");
    await terminal.sees("Linked devices");
    const first = await world.code();
    const drawn = async (code: string) =>
      until("the code on the screen", async () => {
        const lines = (await qrText(code)).trimEnd().split("\n");
        const painted = terminal.text();
        return lines.every((line) => line.length <= 80 && painted.includes(line));
      });
    await drawn(first);
    await terminal.sees(/This code: [01]:\d\d, the login: [123]:\d\d/);
    world.fake.expireQrs({ again: true });
    const second = await world.code(first);
    await drawn(second);
    // Painted over, not below.
    expect(terminal.recording()).toContain("\u001b[J");
    await world.phone.scan(second);
    await terminal.sees("Linked WhatsApp account default as +4366412345");
    await terminal.sees("It is connected.");
    await terminal.sees("openclaw pairing approve whatsapp <code>");
    expect(await terminal.exited).toBe(0);
    const config = await Bun.file(world.home.at(".openclaw", "openclaw.json")).json();
    expect(config.channels).toEqual({ whatsapp: { enabled: true } });
    expect(world.phone.companion.isOnline).toBe(true);
  });

  test("whoever is linked is told so, and not linked again", async () => {
    const { code, stdout } = await world.run("channels", "login", "--channel", "whatsapp");
    expect([code, stdout]).toEqual([0, expect.stringContaining("is linked already, as +4366412345")]);
    expect(world.phone.companions.size).toBe(1);
  });

  test("neither the code nor a key is in what the gateway says", async () => {
    await using _terminal = world.terminal(
      "channels",
      "login",
      "--channel",
      "whatsapp",
      "--force",
      "--verbose",
    );
    const code = await world.code();
    const [, noise = "", identity = ""] = code.split(",");
    const logged = await until("the log to tell it", async () => {
      const { stdout } = await world.run("channels", "logs", "--channel", "whatsapp");
      return stdout.includes("login: a code is shown") ? stdout : undefined;
    });
    for (const text of [world.said, logged]) {
      for (const secret of [code, noise, identity]) expect(text).not.toContain(secret);
    }
    await world.call("web.login.cancel", { channel: "whatsapp" });
  });

  test("a login that was forced and came to nothing leaves the link as it was, and connected", async () => {
    await world.row(({ lifecycle }) => lifecycle === "ready");
    await using terminal = world.terminal("channels", "login", "--channel", "whatsapp", "--force");
    await world.code();
    await terminal.sees("Linked devices");
    await until("the connection to rest", () => !world.phone.companion.isOnline);
    terminal.type(KEY.ctrlC);
    expect(await within("the command to end", terminal.exited)).toBe(130);
    await terminal.sees("cancelled");
    expect(await world.row(({ lifecycle }) => lifecycle === "ready")).toMatchObject({ linked: true });
    expect(world.phone.companions.size).toBe(1);
  });
});

describe("elsewhere", () => {
  test("a program gets one document, and the code beside it", async () => {
    await using world = await LinkWorld.open(WHATSAPP);
    const run = world.run("channels", "login", "--channel", "whatsapp", "--json");
    const code = await world.code();
    await world.phone.scan(code);
    const { stdout, stderr, code: exit } = await run;
    expect(exit).toBe(0);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({
      ok: true,
      channel: "whatsapp",
      accountId: "default",
      outcome: "linked",
      self: { id: "+4366412345" },
      lifecycle: "ready",
    });
    expect(Object.keys(answer)).not.toContain("qrText");
    expect(stderr).toContain((await qrText(code)).split("\n")[5] ?? "?");
  });

  test("WhatsApp that refuses is said, with exit code 1 and nothing kept", async () => {
    await using world = await LinkWorld.open(WHATSAPP);
    const run = world.run("channels", "login", "--channel", "whatsapp");
    await world.code();
    world.fake.endStreams(403);
    const { code, stderr } = await run;
    expect([code, stderr]).toEqual([1, expect.stringContaining("blocked this number")]);
    expect(await world.row(() => true)).toMatchObject({ linked: false, lifecycle: "blocked" });
  });

  test("seed 237: without a gateway the command says so at once, with the command that starts one", async () => {
    await using world = await LinkWorld.open(WHATSAPP);
    await world.gateway.stop();
    const { code, stderr } = await world.run("channels", "login", "--channel", "whatsapp");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/openclaw (gateway|doctor|onboard)/)]);
    expect(world.fake.journal.entries?.length ?? 0).toBe(0);
  });
});
