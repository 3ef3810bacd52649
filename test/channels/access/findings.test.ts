import { describe, expect, test } from "bun:test";
import { accountFindings, commonFindings } from "../../../src/channels/access/index.ts";
import { accountOf, configOf, TELEGRAM } from "./world.ts";

function ofAccount(telegram: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const config = configOf({ channels: { telegram }, ...more });
  return accountFindings(accountOf(config), TELEGRAM, config);
}

function ofAll(value: Record<string, unknown>) {
  return commonFindings([TELEGRAM], configOf(value));
}

describe("what of the configuration lets nobody in", () => {
  test("ids and known access groups are no fault, nor is a wildcard where it lets in whom the chat lets in", () => {
    const accessGroups = {
      ops: { type: "message.senders", members: { telegram: ["777"], whatsapp: ["+1"] } },
    };
    expect(
      ofAccount(
        {
          allowFrom: [777, "tg:888", "telegram:999", "accessGroup:ops"],
          groups: { "*": { allowFrom: ["1", "*"] } },
        },
        { accessGroups },
      ),
    ).toEqual([]);
    expect(
      ofAll({ accessGroups, commands: { ownerAllowFrom: ["telegram:1"], allowFrom: { "*": ["*"] } } }),
    ).toEqual([]);
  });

  test("names and ids of groups are said in every list, with the place and what to write", () => {
    const findings = ofAccount({
      allowFrom: ["@alice"],
      groupAllowFrom: ["-100123"],
      groups: { "-1": { allowFrom: ["bob"], topics: { "7": { allowFrom: ["carol"] } } } },
      direct: { "5": { allowFrom: ["dan"] } },
    });
    expect(findings.map(({ path, message }) => [path, message.split(" ")[0]])).toEqual([
      ["channels.telegram.allowFrom", '"@alice"'],
      ["channels.telegram.groupAllowFrom", "-100123"],
      ["channels.telegram.groups.-1.allowFrom", '"bob"'],
      ["channels.telegram.groups.-1.topics.7.allowFrom", '"carol"'],
      ["channels.telegram.direct.5.allowFrom", '"dan"'],
    ]);
    expect(findings[0]?.message).toContain("Telegram user id");
    expect(findings[1]?.fix).toContain("groups");
  });

  test("the place is the account's own section where the key stands there", () => {
    const config = configOf({
      channels: { telegram: { allowFrom: ["@a"], accounts: { work: { allowFrom: ["@b"] } } } },
    });
    const [finding] = accountFindings(accountOf(config, "work"), TELEGRAM, config);
    expect(finding?.path).toBe("channels.telegram.accounts.work.allowFrom");
  });

  test("access groups that are not there, or of another kind, are said", () => {
    const accessGroups = { seers: { type: "discord.channelAudience", guildId: "1", channelId: "2" } };
    const findings = ofAccount({ allowFrom: ["accessGroup:ghost", "accessGroup:seers"] }, { accessGroups });
    expect(findings.map(({ fix }) => fix.slice(0, 20))).toEqual([
      "Define accessGroups.",
      "List the people inst",
    ]);
    const members = { telegram: ["*", "accessGroup:x", "@y", "1"] };
    expect(ofAll({ accessGroups: { ops: { type: "message.senders", members } } })).toHaveLength(3);
  });

  test("policies that let nobody or everybody in are said", () => {
    const paths = (telegram: Record<string, unknown>) => ofAccount(telegram).map(({ message }) => message);
    expect(paths({ dmPolicy: "allowlist" })).toEqual([expect.stringContaining("nobody can write")]);
    expect(paths({ dmPolicy: "open" })).toEqual([expect.stringContaining("nobody can write")]);
    expect(paths({ dmPolicy: "open", allowFrom: [1] })).toEqual([expect.stringContaining("only those")]);
    expect(paths({ dmPolicy: "open", allowFrom: ["*"] })).toEqual([expect.stringContaining("Anyone")]);
    expect(paths({ dmPolicy: "pairing" })).toEqual([]);
    expect(paths({ allowFrom: [1, "*"] })).toEqual([expect.stringContaining("Anyone")]);
    expect(paths({ dmPolicy: "disabled", allowFrom: ["*"] })).toEqual([]);
    expect(paths({ groupPolicy: "open" })).toEqual([expect.stringContaining("Anyone can add")]);
    expect(paths({ groupPolicy: "open", groups: { "-1": {} } })).toEqual([]);
    expect(paths({ groupPolicy: "allowlist", groups: { "*": {} } })).toEqual([]);
  });

  test("owners are people one by one, and patterns are such that can be looked for", () => {
    const findings = ofAll({
      commands: {
        ownerAllowFrom: ["*", "telegram:*", "@alice"],
        allowFrom: { telegram: ["bob"], discord: ["x"] },
      },
      messages: { groupChat: { mentionPatterns: ["ok", "("] } },
      agents: { entries: { main: { groupChat: { mentionPatterns: ["(a)\\1"] } } } },
    });
    expect(findings.map(({ path }) => path)).toEqual([
      "commands.ownerAllowFrom",
      "commands.ownerAllowFrom",
      "commands.ownerAllowFrom",
      "commands.allowFrom.telegram",
      "messages.groupChat.mentionPatterns",
      "agents.entries.main.groupChat.mentionPatterns",
    ]);
  });
});
