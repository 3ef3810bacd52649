import { expect, test } from "bun:test";
import { tempHome } from "../../support/index.ts";
import { cli } from "../in-process.ts";

const GROUP = { agentId: "work", match: { channel: "telegram", peer: { kind: "group", id: "-1001" } } };

/** A home with two agents and these rules. */
async function house(bindings?: readonly object[]) {
  const home = await tempHome();
  await home.write(".openclaw/openclaw.json", {
    agents: { entries: { main: { default: true }, work: {} } },
    ...(bindings && { bindings }),
  });
  return {
    run: (line: string) => cli(line.split(" "), { home: home.path }),
    json: async (line: string) =>
      JSON.parse((await cli([...line.split(" "), "--json"], { home: home.path })).stdout),
    rules: async () => (await Bun.file(home.at(".openclaw", "openclaw.json")).json()).bindings,
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

test("bind gives an account, or all of a channel, to an agent", async () => {
  await using it = await house([GROUP]);
  const { code, stdout } = await it.run("agents bind --agent work --bind telegram:work --bind telegram:*");
  expect([code, stdout]).toEqual([
    0,
    "work answers in telegram accountId=work from now on.\nwork answers in telegram accountId=* from now on.\n",
  ]);
  expect(await it.rules()).toEqual([
    GROUP,
    { agentId: "work", match: { channel: "telegram", accountId: "work" } },
    { agentId: "work", match: { channel: "telegram", accountId: "*" } },
  ]);
  expect((await it.run("agents bind --agent work --bind telegram:work")).stdout).toBe(
    "work answers in telegram accountId=work already.\n",
  );
});

test("a rule without an account becomes that of the account it is bound to later", async () => {
  await using it = await house();
  await it.run("agents bind --bind telegram");
  expect(await it.rules()).toEqual([{ agentId: "main", match: { channel: "telegram" } }]);
  expect(await it.json("agents bind --bind telegram:alerts")).toMatchObject({
    agentId: "main",
    updated: ["telegram accountId=alerts"],
    conflicts: [],
  });
  expect(await it.rules()).toEqual([
    { agentId: "main", match: { channel: "telegram", accountId: "alerts" } },
  ]);
});

test("what another agent has is not taken from it", async () => {
  await using it = await house([{ agentId: "main", match: { channel: "telegram", accountId: "ops" } }]);
  const { code, stderr } = await it.run("agents bind --agent work --bind telegram:ops");
  expect(code).toBe(1);
  expect(stderr).toBe(
    "Not bound: telegram accountId=ops (agent=main).\nSee who answers where: openclaw agents bindings\n",
  );
});

test("unbind takes rules of accounts away, and those of single chats with --all only", async () => {
  await using it = await house([
    GROUP,
    { agentId: "work", match: { channel: "telegram", accountId: "work" } },
  ]);
  expect((await it.run("agents unbind --agent work --bind telegram:work")).code).toBe(0);
  expect(await it.rules()).toEqual([GROUP]);
  const missing = await it.run("agents unbind --agent work --bind telegram:work");
  expect([missing.code, missing.stderr]).toEqual([
    0,
    expect.stringContaining("no rule that work answers in"),
  ]);
  expect(await it.json("agents unbind --agent work --all")).toMatchObject({
    removed: ["telegram peer=group:-1001"],
    missing: [],
  });
  expect(await it.rules()).toBeUndefined();
});

test("bindings shows who answers where", async () => {
  await using none = await house();
  expect((await none.run("agents bindings")).stdout).toBe("No rules; main answers everywhere.\n");
  await using it = await house([GROUP]);
  expect((await it.run("agents bindings")).stdout).toMatch(/^work\s+telegram peer=group:-1001$/m);
  expect(await it.json("agents bindings --agent work")).toEqual([
    { ...GROUP, description: "telegram peer=group:-1001" },
  ]);
  expect(await it.json("agents bindings --agent main")).toEqual([]);
});

test.each([
  ["agents bind", "--bind is missing."],
  ["agents bind --agent nosuch --bind telegram", "There is no agent nosuch."],
  ["agents bind --bind nosuch:x", "There is no channel nosuch"],
  ["agents bind --bind telegram:", "names no account"],
  ["agents unbind", "not clear what is to be unbound"],
  ["agents unbind --all --bind telegram", "not clear what is to be unbound"],
])("%s is refused", async (line, words) => {
  await using it = await house();
  const { code, stderr } = await it.run(line);
  expect([code, await it.rules()]).toEqual([1, undefined]);
  expect(stderr).toContain(words);
});
