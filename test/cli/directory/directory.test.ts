import { describe, expect, test } from "bun:test";
import { askedGateway, Refused } from "../asked.ts";

const PEERS = [
  { kind: "user", id: "777", name: "Ann", handle: "ann" },
  { kind: "user", id: "888", name: "Ben" },
  { kind: "user", id: "889", name: "ben" },
];
const GROUPS = [
  { kind: "group", id: "-1001", name: "Kitchen" },
  { kind: "channel", id: "-1002", name: "News", handle: "@news" },
];

function world(self: readonly unknown[] = [{ kind: "self", id: "4242", name: "Bot", handle: "a_bot" }]) {
  return askedGateway({
    "channels.directory": ({ kind, groupId }) => {
      const entries = { self, peers: PEERS, groups: GROUPS, members: PEERS }[String(kind)] ?? [];
      return groupId === "none"
        ? new Refused("no such group", {}, "INVALID_REQUEST")
        : { channel: "telegram", accountId: "default", entries };
    },
  });
}

describe("directory", () => {
  test("peers and groups are tables for people and plain lists for scripts", async () => {
    await using gateway = await world();
    const { stdout } = await gateway.run(["directory", "peers", "list"]);
    expect(stdout).toMatch(/^777\s+user\s+Ann @ann$/m);
    expect((await gateway.json(["directory", "peers", "list"])).out).toEqual(PEERS as never);
    expect((await gateway.run(["directory", "groups", "list"])).stdout).toMatch(
      /^-1002\s+channel\s+News @news$/m,
    );
    expect((await gateway.json(["directory", "groups", "list"])).out).toEqual(GROUPS as never);
    expect(gateway.scopes()).toEqual(["operator.read"]);
  });

  test("the options choose channel, account, words and number", async () => {
    await using gateway = await world();
    const options = "--channel Telegram --account work --query an --limit 3";
    await gateway.run(["directory", "peers", "list", ...options.split(" ")]);
    expect(gateway.asked[0]?.params).toEqual({
      kind: "peers",
      channel: "telegram",
      accountId: "work",
      query: "an",
      limit: 3,
    });
    for (const bad of [
      ["--limit", "0"],
      ["--account", ""],
      ["--channel", " "],
    ]) {
      expect((await gateway.run(["directory", "peers", "list", ...bad])).code).toBe(1);
    }
    expect(gateway.asked).toHaveLength(1);
  });

  test("self is who the account is; one that has not said so is no failure", async () => {
    await using known = await world();
    expect((await known.run(["directory", "self"])).stdout).toBe("4242 @a_bot Bot\n");
    await using unknown = await world([]);
    const { code, out } = await unknown.json(["directory", "self"]);
    expect(code).toBe(0);
    expect(out).toEqual({
      status: "unavailable",
      channel: "telegram",
      accountId: "default",
      reason: "plugin-returned-no-self-identity",
    });
    expect((await unknown.run(["directory", "self"])).stderr).toContain("openclaw channels status --probe");
  });

  test("members are those of a group that is named", async () => {
    await using gateway = await world();
    expect((await gateway.run(["directory", "groups", "members"])).stderr).toContain("--group-id");
    await gateway.run(["directory", "groups", "members", "--group-id", "-1001"]);
    expect(gateway.asked).toEqual([
      { method: "channels.directory", params: { kind: "members", groupId: "-1001" } },
    ]);
    expect((await gateway.json(["directory", "groups", "members", "--group-id", "none"])).out).toMatchObject({
      ok: false,
      error: { message: "no such group" },
    });
  });
});

describe("channels resolve", () => {
  test("finds ids by id, name and public name", async () => {
    await using gateway = await world();
    const { code, out } = await gateway.json(["channels", "resolve", "@ANN", "#news", "-1001", "888"]);
    expect(code).toBe(0);
    expect(out).toEqual([
      { input: "@ANN", resolved: true, kind: "user", id: "777", name: "Ann" },
      { input: "#news", resolved: true, kind: "channel", id: "-1002", name: "News" },
      { input: "-1001", resolved: true, kind: "group", id: "-1001", name: "Kitchen" },
      { input: "888", resolved: true, kind: "user", id: "888", name: "Ben" },
    ] as never);
  });

  test("what is unknown, or the name of several, stays open, which is no failure", async () => {
    await using gateway = await world();
    const { code, stdout } = await gateway.run(["channels", "resolve", "Ann", "Ben", "Cy"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Ben\s+-\s+-\s+the name of several: 888, 889$/m);
    expect(stdout).toMatch(/^Cy\s+-\s+-\s+not known to this account$/m);
  });

  test("--kind looks among these only", async () => {
    await using gateway = await world();
    const isResolved = async (name: string, kind: string) => {
      const { out } = await gateway.json(["channels", "resolve", name, "--kind", kind]);
      return Reflect.get(Object(Reflect.get(out, 0)), "resolved");
    };
    expect(await isResolved("Ann", "group")).toBe(false);
    expect(gateway.asked.map(({ params }) => params.kind)).toEqual(["groups"]);
    expect(await isResolved("News", "channel")).toBe(true);
    expect(await isResolved("News", "group")).toBe(false);
  });
});
