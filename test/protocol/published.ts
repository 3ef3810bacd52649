import { dirname, join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import type { JsonObject } from "../../build/protocol/document.ts";

interface PublishedDocument {
  readonly methods: Readonly<Record<string, unknown>>;
  readonly definitions: Readonly<Record<string, JsonObject>>;
}

const entry = Bun.resolveSync("@openclaw/gateway-protocol", import.meta.dir);

/** The schema document of the published protocol package, which shipped clients are built from. */
export const published: PublishedDocument = await Bun.file(
  join(dirname(entry), "..", "protocol.schema.json"),
).json();

const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: false });
const compiled = new Map<string, ValidateFunction>();

/** AJV's validator of one definition of the published document. */
export function publishedValidator(name: string): ValidateFunction {
  const known = compiled.get(name);
  if (known) return known;
  const schema = published.definitions[name];
  if (!schema) throw new Error(`the published document has no definition ${name}`);
  const validator = ajv.compile({ ...schema, definitions: published.definitions });
  compiled.set(name, validator);
  return validator;
}

/** Definitions of results, by method. */
export const RESULT_NAMES: Readonly<Record<string, string>> = {
  "agent.identity.get": "AgentIdentityResult",
  "agents.create": "AgentsCreateResult",
  "agents.delete": "AgentsDeleteResult",
  "agents.files.get": "AgentsFilesGetResult",
  "agents.files.list": "AgentsFilesListResult",
  "agents.files.set": "AgentsFilesSetResult",
  "agents.list": "AgentsListResult",
  "agents.update": "AgentsUpdateResult",
  "channels.status": "ChannelsStatusResult",
  "chat.message.get": "ChatMessageGetResult",
  "commands.list": "CommandsListResult",
  "config.schema": "ConfigSchemaResponse",
  "config.schema.lookup": "ConfigSchemaLookupResult",
  "device.pair.setupCode": "DevicePairSetupCodeResult",
  "device.pair.setupStatus": "DevicePairSetupStatusResult",
  "device.scopes.requestUpgrade": "ScopeUpgradeRegistration",
  "device.scopes.waitUpgrade": "ScopeUpgradeResult",
  "device.token.rotate": "DeviceTokenRotateResult",
  "logs.tail": "LogsTailResult",
  "node.event": "NodeEventResult",
  "node.pending.drain": "NodePendingDrainResult",
  "node.pending.enqueue": "NodePendingEnqueueResult",
  "secrets.resolve": "SecretsResolveResult",
  "sessions.create": "SessionsCreateResult",
  "sessions.delete": "SessionsDeleteResult",
  "sessions.resolve": "SessionsResolveResult",
  "sessions.search": "SessionsSearchResult",
  "system.info": "SystemInfoResult",
  "update.status": "UpdateStatusResult",
};

/** Definitions of event payloads. */
export const PAYLOAD_NAMES: Readonly<Record<string, string>> = {
  chat: "ChatEvent",
  "device.pair.requested": "DevicePairRequestedEvent",
  "device.pair.resolved": "DevicePairResolvedEvent",
  "device.pair.setup.completed": "DevicePairSetupCompletedEvent",
  "node.invoke.request": "NodeInvokeRequestEvent",
  "session.operation": "SessionOperationEvent",
  shutdown: "ShutdownEvent",
  tick: "TickEvent",
};

/** Fields that newer peers send and the published document does not know; paths with `*` for any index. */
export const NEWER_FIELDS: readonly (readonly string[])[] = [
  ["expectedProfileId"],
  ["recipientProfileId"],
  ["modelCatalog"],
  ["canvasHostUrl"],
  ["auth", "method"],
  ["snapshot", "presence", "*", "clientId"],
  ["expectedHash"],
  ["file", "hash"],
  ["files", "*", "hash"],
  ["statusIssues"],
];

/** Params that newer clients send, by method. */
export const NEWER_PARAMS: Readonly<Record<string, readonly string[]>> = {
  "chat.history": ["maxBytes"],
  "chat.startup": ["maxBytes"],
  // The schema cannot say that preparedOnly does not go with refresh; the handler does.
  "models.list": ["provider", "sessionKey", "preparedOnly"],
  "models.probe": ["model"],
  "web.login.start": ["channel"],
  "web.login.wait": ["channel", "sessionKey"],
  "sessions.list": ["sortBy", "includeActivitySummary", "excludeSubagents"],
};

/** A copy of `value`, without `params` too, that the closed definitions of the published document can judge. */
export function withoutNewerFields(value: unknown, params: readonly string[] = []): unknown {
  const copy = structuredClone(value);
  for (const path of [...NEWER_FIELDS, ...params.map((name) => [name])]) drop(copy, path);
  return copy;
}

function drop(value: unknown, [step, ...rest]: readonly string[]): void {
  if (typeof value !== "object" || value === null || step === undefined) return;
  if (rest.length === 0) Reflect.deleteProperty(value, step);
  else if (step === "*") for (const item of Object.values(value)) drop(item, rest);
  else drop(Reflect.get(value, step), rest);
}
