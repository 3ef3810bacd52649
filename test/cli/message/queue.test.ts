import { describe, expect, test } from "bun:test";
import { askedGateway, Refused } from "../asked.ts";

const DEAD = {
  id: "in-12",
  direction: "in",
  state: "dead",
  channel: "telegram",
  accountId: "default",
  lane: "777",
  summary: "what is\nup",
  createdAt: Date.now() - 3_700_000,
  attempts: 5,
  lastError: "the model was not reached",
};

const UNKNOWN = {
  ...DEAD,
  id: "out-7",
  direction: "out",
  state: "unknown",
  accountId: "work",
  lane: "-1001234567890:7",
  summary: "a long answer ".repeat(20),
  attempts: 1,
  arrived: 1,
  parts: 3,
  lastError: "Telegram did not answer sendMessage within 30 s",
};

const DETAIL = {
  ...UNKNOWN,
  target: { chatId: "-1001234567890" },
  contents: [{ source: `data:image/png;base64,${"A".repeat(10_000)}` }],
  receipts: [{ messageId: "41" }],
};

function world(state = "unknown") {
  return askedGateway({
    "message.queue.list": () => ({ items: [DEAD, UNKNOWN], counts: [] }),
    "message.queue.show": ({ id }) =>
      id === "out-7" || id === "in-12"
        ? { item: id === "out-7" ? { ...DETAIL, state } : DEAD }
        : new Refused(`there is no message ${String(id)} in the queue.`, {}, "INVALID_REQUEST"),
    "message.queue.retry": ({ id }) => ({ item: { ...(id === "in-12" ? DEAD : UNKNOWN), state: "queued" } }),
    "message.queue.drop": ({ id }) => ({ item: { ...(id === "in-12" ? DEAD : UNKNOWN), state: "dropped" } }),
  });
}

describe("message queue list", () => {
  test("shows what waits and why, in 80 columns, and what to do about it", async () => {
    await using gateway = await world();
    const { code, stdout, stderr } = await gateway.run(["message", "queue", "list"]);
    expect([code, gateway.scopes()]).toEqual([0, ["operator.read"]]);
    expect(stdout).toMatch(/^in-12\s+dead\s+telegram 777\s+\S.*\s+5\s+what is up$/m);
    expect(stdout).toMatch(/^out-7\s+unknown\s+telegram work -1001234567890:7\s/m);
    expect(stdout).toContain("in-12: the model was not reached\n");
    expect(stdout.replaceAll("\n", " ")).toContain("out-7: 1 of 3 parts arrived; Telegram did not answer");
    expect(stderr).toContain("openclaw message queue retry <id>");
    for (const line of stdout.split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
  });

  test("asks for what the options say, and --json prints the answer", async () => {
    await using gateway = await world();
    const options =
      "--direction out --state unknown --state dead --channel Telegram --account work --limit 5";
    const { out } = await gateway.json(["message", "queue", "list", ...options.split(" ")]);
    expect(out).toEqual({ items: [DEAD, UNKNOWN], counts: [] } as never);
    expect(gateway.asked[0]?.params).toEqual({
      direction: "out",
      states: ["unknown", "dead"],
      channel: "telegram",
      accountId: "work",
      limit: 5,
    });
  });

  test("says so when there is nothing", async () => {
    await using gateway = await askedGateway({ "message.queue.list": () => ({ items: [], counts: [] }) });
    expect((await gateway.run(["message", "queue", "list"])).stdout).toBe(
      "Nothing waits, is uncertain or was given up.\n",
    );
  });
});

test("message queue show tells all of an entry, but no file byte by byte", async () => {
  await using gateway = await world();
  const { stdout } = await gateway.run(["message", "queue", "show", "out-7"]);
  expect(stdout).toStartWith("out-7 unknown\n");
  expect(stdout).toMatch(/arrived\s+1 of 3 parts/);
  expect(stdout).toContain('"messageId": "41"');
  expect(stdout).toContain("(10022 characters)");
  expect((await gateway.json(["message", "queue", "show", "out-7"])).out).toEqual(DETAIL);
  const missing = await gateway.run(["message", "queue", "show", "out-9"]);
  expect([missing.code, missing.stderr]).toEqual([1, "there is no message out-9 in the queue.\n"]);
});

describe("message queue retry", () => {
  const retried = (asked: readonly { readonly method: string }[]) =>
    asked.some(({ method }) => method === "message.queue.retry");

  test("of what was given up needs no question", async () => {
    await using gateway = await world();
    const { code, stdout } = await gateway.run(["message", "queue", "retry", "in-12"]);
    expect([code, stdout]).toEqual([0, "in-12 is answered now.\n"]);
    expect(gateway.scopes()).toEqual(["operator.read", "operator.admin"]);
  });

  test("of what may have arrived asks first", async () => {
    await using gateway = await world();
    let question = "";
    const answer = (asked: string) => {
      question = asked;
      return false;
    };
    const no = await gateway.run(["message", "queue", "retry", "out-7"], { answer });
    expect([no.code, no.stderr, retried(gateway.asked)]).toEqual([1, "Nothing was sent.\n", false]);
    expect(question).toContain("may have arrived already");
    const yes = await gateway.run(["message", "queue", "retry", "out-7"], { answer: () => true });
    expect([yes.code, yes.stdout, retried(gateway.asked)]).toEqual([0, "out-7 is sent now.\n", true]);
  });

  test("of what may have arrived needs --yes where nobody can be asked", async () => {
    await using gateway = await world();
    const { code, stderr } = await gateway.run(["message", "queue", "retry", "out-7"]);
    expect([code, retried(gateway.asked)]).toEqual([1, false]);
    expect(stderr).toContain("openclaw message queue retry out-7 --yes");
    expect((await gateway.json(["message", "queue", "retry", "out-7", "--yes"])).out).toMatchObject({
      ok: true,
      item: { id: "out-7" },
    });
  });
});

test("message queue drop takes an entry out", async () => {
  await using gateway = await world();
  expect((await gateway.run(["message", "queue", "drop", "out-7"])).stdout).toBe(
    "Dropped out-7; it is not sent.\n",
  );
  expect((await gateway.run(["message", "queue", "drop", "in-12"])).stdout).toBe(
    "Dropped in-12; it is not answered.\n",
  );
});

describe("channels dead-letters", () => {
  test("list asks for what was given up on one account", async () => {
    await using gateway = await world();
    await gateway.run(["channels", "dead-letters", "list", "--channel", "telegram"]);
    expect(gateway.asked[0]?.params).toEqual({
      direction: "in",
      states: ["dead"],
      channel: "telegram",
      accountId: "default",
      limit: 50,
    });
    const { out } = await gateway.json([
      "channels",
      "dead-letters",
      "list",
      "--channel",
      "telegram",
      "--account",
      "work",
    ]);
    expect(out).toMatchObject({ channel: "telegram", accountId: "work" });
  });

  test("resubmit takes up one of this account, and no other", async () => {
    await using gateway = await world();
    const good = await gateway.run([
      "channels",
      "dead-letters",
      "resubmit",
      "in-12",
      "--channel",
      "telegram",
    ]);
    expect([good.code, good.stdout]).toEqual([0, "in-12 is answered now.\n"]);
    for (const argv of [["out-7"], ["in-12", "--account", "work"]]) {
      const { code, stderr } = await gateway.run([
        "channels",
        "dead-letters",
        "resubmit",
        "--channel",
        "telegram",
        ...argv,
      ]);
      expect(code).toBe(1);
      expect(stderr).toContain("openclaw channels dead-letters list");
    }
    const blank = await gateway.run([
      "channels",
      "dead-letters",
      "list",
      "--channel",
      "telegram",
      "--account",
      "",
    ]);
    expect([blank.code, blank.stderr]).toEqual([1, expect.stringContaining("--account")]);
  });
});
