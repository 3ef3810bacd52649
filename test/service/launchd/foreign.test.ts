import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { bed, type Bed } from "./bed.ts";

async function loaded(mac: Bed, label: string): Promise<string> {
  const path = await mac.plant(label, { ProgramArguments: [mac.home.at("bin/openclaw"), "gateway"] });
  await mac.machine.run("launchctl", ["bootstrap", mac.target.replace(/\/[^/]+$/, ""), path]);
  await mac.launchd.running(label);
  return path;
}

test.each([
  ["121", "com.openclaw.gateway"],
  ["122", "bot.molt.gateway"],
  ["123", "com.clawdbot.gateway"],
  ["123", "com.steipete.clawdbot.gateway"],
])("seed %s: %s is unloaded and removed at install", async (_, label) => {
  await using mac = await bed();
  const path = await loaded(mac, label);
  const { messages } = await mac.service.install(mac.definition(), { force: false });
  expect(mac.launchd.isLoaded(label)).toBe(false);
  expect(existsSync(path)).toBe(false);
  expect(existsSync(`${path}.bak`)).toBe(true);
  expect(messages).toContain(`Unloaded LaunchAgent of an earlier name: ${label}`);
  expect(await mac.service.others({ deep: false })).toEqual([]);
});

test("seed 122: a profile's earlier name goes with its install; another profile's stays and is told of", async () => {
  await using mac = await bed({ profile: "rescue" });
  await mac.plant("bot.molt.rescue");
  await mac.plant("bot.molt.gateway");
  await mac.service.install(mac.definition(), { force: false });
  const others = await mac.service.others({ deep: false });
  expect(others).toMatchObject([
    { label: "bot.molt.gateway", marker: "moltbot", legacy: true, scope: "user" },
  ]);
});

test("uninstall removes the earlier names, too, also those that are only loaded", async () => {
  await using mac = await bed();
  const path = await loaded(mac, "com.clawdbot.gateway");
  await Bun.file(path).delete();
  expect(await mac.service.others({ deep: false })).toMatchObject([
    {
      label: "com.clawdbot.gateway",
      detail: expect.stringMatching(/^job: gui\//),
      running: true,
      legacy: true,
    },
  ]);
  await mac.service.uninstall();
  expect(mac.launchd.isLoaded("com.clawdbot.gateway")).toBe(false);
});

test("other gateways are found in the user's folder, and with --deep in the machine's, each with its clean-up", async () => {
  await using mac = await bed();
  await mac.plant("ai.openclaw.rescue", { ProgramArguments: ["/usr/local/bin/openclaw", "gateway"] });
  await mac.plant("ai.openclaw.node", { ProgramArguments: ["/usr/local/bin/openclaw", "node", "run"] });
  await mac.plant("com.example.other", { ProgramArguments: ["/usr/bin/true"] });
  const mine = await mac.plant("my gateway");
  const agent = await mac.plant("org.example.bot", {}, "Machine/Library/LaunchAgents");
  const daemon = await mac.plant("ai.openclaw.gateway", {}, "Machine/Library/LaunchDaemons");
  expect(await mac.service.others({ deep: false })).toMatchObject([
    {
      platform: "darwin",
      label: "my gateway",
      detail: `plist: ${mine}`,
      marker: "clawdbot",
      legacy: false,
      cleanup: ["launchctl bootout gui/$UID/my gateway", `rm '${mine}'`],
    },
  ]);
  const deep = await mac.service.others({ deep: true });
  expect(deep.slice(1).map(({ label, scope, cleanup }) => ({ label, scope, cleanup }))).toEqual([
    {
      label: "ai.openclaw.gateway",
      scope: "system",
      cleanup: ["sudo launchctl bootout system/ai.openclaw.gateway", `sudo rm ${daemon}`],
    },
    {
      label: "org.example.bot",
      scope: "system",
      cleanup: ["launchctl bootout gui/$UID/org.example.bot", `sudo rm ${agent}`],
    },
  ]);
});

test("only a legacy service of this user is removed from here", async () => {
  await using mac = await bed();
  const path = await mac.plant("my.gateway");
  const [found] = await mac.service.others({ deep: false });
  if (found === undefined) throw new Error("the planted one was not found");
  await expect(mac.service.removeLegacy(found)).rejects.toMatchObject({
    code: "access-denied",
    hints: found.cleanup,
  });
  expect(existsSync(path)).toBe(true);
});
