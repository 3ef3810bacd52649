import { expect, test } from "bun:test";
import type { DirectoryQuestion } from "../../../src/channels/messages/index.ts";
import { keyOf } from "../../store/sessions-contract.ts";
import { type Desk, desk } from "./rig.ts";

async function listed(at: Desk, question: DirectoryQuestion) {
  const view = at.world.accounts.view("telegram", "default");
  if (!view) throw new Error("no account");
  return at.directory.list(view, question);
}

async function known(): Promise<Desk> {
  const at = await desk({
    configured: [
      {
        id: "default",
        settings: { allowFrom: [1, "2", "@name", "*"], groups: { "*": {}, "-5": {} }, direct: { "3": {} } },
      },
    ],
  });
  const { sessions, channelPairing } = at.world.store;
  await channelPairing.allow("telegram", "default", "4");
  const lastRoute = (to: string, accountId: string) => ({ channel: "telegram", accountId, to });
  const open = (key: string, entry: object) =>
    sessions.open(keyOf(`agent:main:${key}`), { agentId: "main", sessionId: key, entry });
  await open("a", { chatType: "group", subject: "Kitchen", lastRoute: lastRoute("-5", "default") });
  await open("b", { chatType: "direct", displayName: "Ann", lastRoute: lastRoute("6", "default") });
  await open("c", { chatType: "direct", displayName: "Bob", lastRoute: lastRoute("7", "other") });
  await open("d", { lastRoute: { channel: "webchat", to: "8" } });
  return at;
}

test("peers are those the settings name, those who were let in and those there was talk with", async () => {
  await using at = await known();
  const peers = await listed(at, { kind: "peers" });
  expect(peers.map(({ id }) => id).toSorted()).toEqual(["1", "2", "3", "4", "6"]);
  expect(peers.find(({ id }) => id === "6")).toEqual({ kind: "user", id: "6", name: "Ann" });
});

test("groups are those of the settings with the names conversations have", async () => {
  await using at = await known();
  expect(await listed(at, { kind: "groups" })).toEqual([{ kind: "group", id: "-5", name: "Kitchen" }]);
});

test("a question by name or id finds some of them, and no more than asked for", async () => {
  await using at = await known();
  expect(await listed(at, { kind: "peers", query: "an" })).toEqual([{ kind: "user", id: "6", name: "Ann" }]);
  expect(await listed(at, { kind: "peers", limit: 2 })).toHaveLength(2);
});

test("self is who the connection says we are", async () => {
  await using at = await known();
  expect(await listed(at, { kind: "self" })).toEqual([]);
  at.world.channel.of("default").say({ self: { id: "4242", username: "mock_bot" } });
  expect(await listed(at, { kind: "self" })).toEqual([{ kind: "self", id: "4242", handle: "mock_bot" }]);
});

test("members of a group are asked of the platform", async () => {
  await using at = await known();
  at.world.channel.of("default").act_ = () => ({ entries: [{ kind: "user", id: "9", name: "Admin" }] });
  expect(await listed(at, { kind: "members", groupId: "-5" })).toEqual([
    { kind: "user", id: "9", name: "Admin" },
  ]);
  await expect(listed(at, { kind: "members", groupId: " " })).rejects.toThrow("id of the group");
});
