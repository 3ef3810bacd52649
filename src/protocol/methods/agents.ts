import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { oneOf } from "../literals.ts";
import { closed, count, maybe, nothing, nullable, text, yes } from "../primitives.ts";
import { AgentFile, AgentSummary, PromptReport } from "../records/agents.ts";

const agentId = text;

/** Identity fields that clients set; an empty text clears. */
const looks = { emoji: maybe(Type.String()), avatar: maybe(Type.String()) };

export const list = defineMethod({
  name: "agents.list",
  summary: "The agents, who is the default, and with which model each answers.",
  scope: "operator.read",
  params: nothing,
  result: closed({
    defaultId: agentId,
    ownership: maybe(oneOf(["sole", "legacy", "explicit"])),
    selectionRequired: maybe(Type.Boolean()),
    mainKey: text,
    scope: oneOf(["per-sender", "global"]),
    agents: Type.Array(AgentSummary),
  }),
  since: 3,
});

export const create = defineMethod({
  name: "agents.create",
  summary: "Adds an agent to the configuration; its id follows from the name.",
  scope: "operator.admin",
  params: closed({ name: text, workspace: maybe(text), model: maybe(text), ...looks }),
  result: closed({ ok: yes, agentId, name: text, workspace: text, model: maybe(text) }),
  since: 3,
});

export const update = defineMethod({
  name: "agents.update",
  summary: "Changes an agent; what is not named stays, a null model is the default one again.",
  scope: "operator.admin",
  params: closed({
    agentId,
    name: maybe(text),
    workspace: maybe(text),
    model: maybe(nullable(text)),
    ...looks,
  }),
  result: closed({ ok: yes, agentId }),
  since: 3,
});

export const remove = defineMethod({
  name: "agents.delete",
  summary: "Removes an agent; its folders go to the trash unless `deleteFiles` is false.",
  scope: "operator.admin",
  params: closed({ agentId, deleteFiles: maybe(Type.Boolean()) }),
  result: closed({
    ok: yes,
    agentId,
    removedBindings: count,
    removed: maybe(Type.Array(closed({ path: text, method: oneOf(["trash", "missing"]) }))),
    failed: maybe(Type.Array(closed({ path: text, reason: text }))),
    purgeFailed: maybe(yes),
  }),
  since: 3,
});

export const filesList = defineMethod({
  name: "agents.files.list",
  summary: "The files of an agent's workspace that go into its prompt.",
  scope: "operator.read",
  params: closed({ agentId }),
  result: closed({ agentId, workspace: text, files: Type.Array(AgentFile) }),
  since: 3,
});

export const filesGet = defineMethod({
  name: "agents.files.get",
  summary: "One of these files with its content and hash.",
  scope: "operator.read",
  params: closed({ agentId, name: text }),
  result: closed({ agentId, workspace: text, file: AgentFile }),
  since: 3,
});

export const filesSet = defineMethod({
  name: "agents.files.set",
  summary: "Writes one of these files; with `expectedHash` only if it is still that one.",
  scope: "operator.admin",
  params: closed({
    agentId,
    name: text,
    content: Type.String(),
    expectedHash: maybe(Type.String({ minLength: 64, maxLength: 64, pattern: "^[a-fA-F0-9]{64}$" })),
  }),
  result: closed({ ok: yes, agentId, workspace: text, file: AgentFile }),
  since: 3,
});

export const identityGet = defineMethod({
  name: "agent.identity.get",
  summary: "How an agent presents itself: name, picture, emoji.",
  scope: "operator.read",
  params: closed({ agentId: maybe(text), sessionKey: maybe(Type.String()) }),
  result: closed({
    agentId,
    name: maybe(text),
    nameSource: maybe(oneOf(["config", "agent", "workspace", "default"])),
    avatar: maybe(text),
    avatarSource: maybe(text),
    avatarStatus: maybe(oneOf(["none", "local", "remote", "data"])),
    avatarReason: maybe(text),
    emoji: maybe(text),
  }),
  since: 3,
});

export const prompt = defineMethod({
  name: "agents.prompt",
  summary: "The system prompt and the tools as an agent's model would be sent them now, with their sizes.",
  scope: "operator.read",
  params: closed({ agentId: maybe(text), sessionKey: maybe(text), group: maybe(Type.Boolean()) }),
  result: PromptReport,
  since: 4,
  hidden: true,
});
