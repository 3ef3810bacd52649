import type { Models } from "../../../agent/index.ts";
import { UnknownModelError } from "../../../agent/index.ts";
import { typed } from "../../turns/saying/incoming.ts";
import type { SessionTarget } from "../../turns/target.ts";
import { wordOf } from "./body.ts";
import { MAX_HOOK_NAME_CHARS, MAX_IDEMPOTENCY_KEY_CHARS } from "./limits.ts";
import type { HookSettings } from "./path.ts";
import { invalid } from "./refusal.ts";
import { type HookTargets, sessionPrefixes } from "./targets.ts";

type Body = Readonly<Record<string, unknown>>;

/** A chat a hook wants the answer in. */
export interface HookDestination {
  readonly channel: string;
  readonly to: string;
  readonly accountId?: string;
}

/** `POST …/agent`, read and checked. */
export interface AgentHookRequest {
  readonly message: string;
  /** One line, for logs and notes. */
  readonly name: string;
  readonly agentId: string;
  /** The session it names; undefined for one of its own. */
  readonly named: SessionTarget | undefined;
  /** The named session goes on; otherwise requests under its name come one after the other, each in a session of its own. */
  readonly isPersistent: boolean;
  readonly idempotencyKey: string | undefined;
  readonly waits: boolean;
  readonly wakes: boolean;
  readonly deliver: boolean;
  readonly destination: HookDestination | undefined;
  readonly model: string | undefined;
  readonly thinking: string | undefined;
  readonly timeoutMs: number | undefined;
}

export interface AgentRequestDeps {
  readonly targets: HookTargets;
  readonly models: Pick<Models, "resolve">;
  readonly hasChannel: (channel: string) => boolean;
}

/** Reads a request. @throws HookRefusal, ProtocolError */
export async function agentRequest(
  body: Body,
  headers: Headers,
  hooks: HookSettings,
  deps: AgentRequestDeps,
): Promise<AgentHookRequest> {
  const message = wordOf(body, "message");
  if (message === undefined) throw invalid("message required");
  const agentId = deps.targets.agentOf(wordOf(body, "agentId"), hooks);
  const deliver = body["deliver"] !== false;
  return {
    message: typed(message),
    name: nameOf(body),
    agentId,
    ...sessionOf(body, agentId, hooks, deps.targets),
    idempotencyKey: idempotencyKeyOf(body, headers),
    waits: body["waitForCompletion"] === true,
    wakes: body["wakeMode"] !== "next-heartbeat",
    deliver,
    destination: deliver ? destinationOf(body, deps.hasChannel) : undefined,
    model: await modelOf(body, agentId, deps.models),
    thinking: wordOf(body, "thinking"),
    timeoutMs: timeoutOf(body["timeoutSeconds"]),
  };
}

function nameOf(body: Body): string {
  const line = (wordOf(body, "name") ?? "Hook").replace(/[\s\p{C}]+/gu, " ").trim();
  return line.slice(0, MAX_HOOK_NAME_CHARS) || "Hook";
}

function sessionOf(
  body: Body,
  agentId: string,
  hooks: HookSettings,
  targets: HookTargets,
): Pick<AgentHookRequest, "named" | "isPersistent"> {
  const mode = wordOf(body, "sessionMode") ?? "isolated";
  if (mode !== "isolated" && mode !== "persistent") {
    throw invalid("sessionMode must be isolated or persistent");
  }
  const asked = wordOf(body, "sessionKey");
  const isPersistent = mode === "persistent";
  if (isPersistent && (asked === undefined || sessionPrefixes(hooks).length === 0)) {
    throw invalid("sessionMode persistent needs a sessionKey, and hooks.allowedSessionKeyPrefixes");
  }
  if (asked !== undefined) return { named: targets.asked(asked, agentId, hooks), isPersistent };
  const usual = hooks.defaultSessionKey?.trim() ?? "";
  return { named: usual === "" ? undefined : targets.allowed(usual, agentId, hooks), isPersistent };
}

function idempotencyKeyOf(body: Body, headers: Headers): string | undefined {
  const header = ["idempotency-key", "x-openclaw-idempotency-key"].map((name) => headers.get(name)?.trim());
  const key = header.find(Boolean) ?? wordOf(body, "idempotencyKey");
  if (key === undefined || key.length <= MAX_IDEMPOTENCY_KEY_CHARS) return key;
  throw invalid(`an idempotency key has at most ${MAX_IDEMPOTENCY_KEY_CHARS} characters`);
}

/** Where the answer goes; hooks do not inherit the last chat of anybody. */
function destinationOf(body: Body, hasChannel: (channel: string) => boolean): HookDestination | undefined {
  const [channel, to, accountId] = ["channel", "to", "accountId"].map((key) => wordOf(body, key));
  if (channel === undefined && to === undefined && accountId === undefined) return undefined;
  if (channel === undefined || to === undefined) {
    throw invalid("channel and to must be set together for hook delivery");
  }
  const name = channel.toLowerCase();
  if (name === "last") throw invalid("channel must name a concrete channel for hook delivery");
  if (!hasChannel(name)) throw invalid(`unknown channel: ${name}`);
  return { channel: name, to, ...(accountId !== undefined && { accountId }) };
}

async function modelOf(
  body: Body,
  agentId: string,
  models: Pick<Models, "resolve">,
): Promise<string | undefined> {
  const model = wordOf(body, "model");
  if (model === undefined) return undefined;
  try {
    await models.resolve(model, agentId);
    return model;
  } catch (error) {
    if (error instanceof UnknownModelError) throw invalid(`unknown model: ${model} (${error.message})`);
    throw error;
  }
}

/** What is no positive number is not there. */
function timeoutOf(seconds: unknown): number | undefined {
  if (typeof seconds !== "number" || !Number.isFinite(seconds) || seconds < 1) return undefined;
  return Math.floor(seconds) * 1_000;
}
