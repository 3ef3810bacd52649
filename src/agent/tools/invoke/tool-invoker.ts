import type { OpenClawConfig } from "../../../config/index.ts";
import type { Ids } from "../../../lib/ids.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { SessionKey } from "../../../protocol/index.ts";
import type { IdempotencyRepository, SessionRecord } from "../../../store/index.ts";
import { type Models, UnknownModelError } from "../../models/index.ts";
import type { Roster } from "../../roster/index.ts";
import type { Sender } from "../../sender.ts";
import { InvalidSessionKeyError, type Sessions } from "../../sessions/index.ts";
import { assertArgs, ToolInputError } from "../define.ts";
import { INVOKE_RESULT_CHARS } from "../limits.ts";
import { profileOf, toolName } from "../policy/index.ts";
import type { Tool, ToolContext, Tools } from "../tool.ts";
import { catalogView, effectiveView } from "./catalog-view.ts";
import { InvokeOnce } from "./once.ts";
import { failed, type InvokeOutcome } from "./outcome.ts";
import { outsideTurns } from "./surface.ts";

export interface ToolInvokerDeps {
  readonly tools: Tools;
  readonly config: () => OpenClawConfig;
  readonly roster: Roster;
  readonly sessions: Pick<Sessions, "canonical" | "agentOf" | "get">;
  readonly models: Pick<Models, "plan">;
  /** The agent's folder, made on first use. */
  readonly workspace: (agentId: string) => Promise<string>;
  readonly idempotency: Pick<IdempotencyRepository, "claim" | "settle">;
  readonly ids: Ids;
  readonly log: Logger;
}

/** A tool somebody runs outside a turn; everything but the sender is as it came in. */
export interface ToolInvocation {
  readonly name: unknown;
  /** Put into the arguments of tools that take an action. */
  readonly action?: unknown;
  /** Anything but an object counts as none. */
  readonly args?: unknown;
  readonly sessionKey?: unknown;
  readonly agentId?: unknown;
  readonly idempotencyKey?: unknown;
  /** Checks everything and runs nothing. */
  readonly dryRun?: unknown;
  readonly sender: Sender;
  readonly surface: "http" | "rpc";
  readonly signal: AbortSignal;
}

interface Target {
  readonly agentId: string;
  readonly sessionKey: SessionKey;
}

/** Runs tools for people and programs outside turns, and tells them which there are. */
export class ToolInvoker {
  readonly #deps: ToolInvokerDeps;
  readonly #once: InvokeOnce;

  constructor(deps: ToolInvokerDeps) {
    this.#deps = deps;
    this.#once = new InvokeOnce(deps.idempotency);
  }

  /** Every tool there is. */
  catalog(agentId: string) {
    return catalogView(this.#deps.tools.all, agentId);
  }

  /** What a turn of a session would have. */
  async effective(record: SessionRecord, sender: Sender) {
    const { agentId, key: sessionKey } = record;
    const model = await this.#modelOf(agentId, record);
    const tools = this.#deps.tools.effective({ agentId, sessionKey, sender, model });
    return effectiveView(tools, agentId, profileOf(this.#deps.config(), agentId));
  }

  /** Runs one tool. Never rejects for what the caller or the tool did. @throws StoreError */
  async invoke(invocation: ToolInvocation): Promise<InvokeOutcome> {
    const name = toolName(plain(invocation.name) ?? "");
    if (name === "") return failed("", 400, "invalid_request", "tools.invoke requires name");
    const target = this.#target(name, plain(invocation.sessionKey) ?? "main", plain(invocation.agentId));
    if ("ok" in target) return target;
    const key = plain(invocation.idempotencyKey);
    const work = () => this.#run(name, target, invocation, key);
    if (key === undefined || invocation.dryRun === true) return work();
    const facts = [
      name,
      target,
      plain(invocation.action),
      objectOf(invocation.args),
      invocation.sender.isOwner,
    ];
    return await this.#once.run(`${invocation.surface}:${key}`, name, facts, work);
  }

  #target(name: string, named: string, agentId: string | undefined): Target | InvokeOutcome {
    const { roster, sessions } = this.#deps;
    const invalid = (message: string) => failed(name, 400, "invalid_request", message);
    if (agentId !== undefined && !roster.has(agentId)) return invalid(`Unknown agent id "${agentId}"`);
    try {
      const sessionKey = sessions.canonical(named, agentId);
      const owner = sessions.agentOf(sessionKey);
      if (!roster.has(owner)) return invalid(`Unknown agent id "${owner}"`);
      if (agentId !== undefined && owner !== agentId) {
        return invalid(`agent id "${agentId}" does not match session agent "${owner}"`);
      }
      return { agentId: owner, sessionKey };
    } catch (error) {
      if (error instanceof InvalidSessionKeyError) return invalid(error.message);
      throw error;
    }
  }

  async #run(
    name: string,
    { agentId, sessionKey }: Target,
    invocation: ToolInvocation,
    key: string | undefined,
  ): Promise<InvokeOutcome> {
    const { tools, config, sessions, ids } = this.#deps;
    const { sender, surface, signal } = invocation;
    const record = await sessions.get(sessionKey);
    const model = await this.#modelOf(agentId, record);
    const open = outsideTurns(config(), sender);
    const tool = tools
      .effective({ agentId, sessionKey, sender, model })
      .find((one) => one.name === name && open(one.name));
    if (!tool) return failed(name, 404, "not_found", `Tool not available: ${name}`);
    const args = withAction(tool, objectOf(invocation.args), plain(invocation.action));
    try {
      if (invocation.dryRun === true) {
        assertArgs(tool.parameters, args);
        const text = `Dry run: ${name} is available and its arguments fit; it was not run.`;
        return {
          ok: true,
          toolName: name,
          result: { content: [{ type: "text", text }], details: { dryRun: true } },
        };
      }
      const { content, details } = await tool.execute(args, {
        ...(await this.#folders(agentId)),
        agentId,
        sessionKey,
        sessionId: record?.sessionId ?? "",
        runId: undefined,
        toolCallId: `${surface}-${key ?? ids.uuid()}`,
        sender,
        seesImages: true,
        maxResultChars: INVOKE_RESULT_CHARS,
        signal,
        update: () => undefined,
      });
      return { ok: true, toolName: name, result: { content, ...(details !== undefined && { details }) } };
    } catch (error) {
      if (error instanceof ToolInputError) return failed(name, 400, "tool_error", error.message);
      if (!signal.aborted)
        this.#deps.log.warn("a tool failed outside a turn", { tool: name, surface, error });
      return failed(name, 500, "tool_error", "tool execution failed");
    }
  }

  async #folders(agentId: string): Promise<Pick<ToolContext, "workspace" | "cwd">> {
    const workspace = await this.#deps.workspace(agentId);
    return { workspace, cwd: this.#deps.roster.get(agentId).cwd };
  }

  /** The model a turn there would use, for rules by model; empty when it has none. */
  async #modelOf(agentId: string, record: SessionRecord | undefined): Promise<string> {
    try {
      const { candidates } = await this.#deps.models.plan({ agentId, entry: record?.entry });
      return `${candidates[0].provider}/${candidates[0].model}`;
    } catch (error) {
      if (error instanceof UnknownModelError) return "";
      throw error;
    }
  }
}

function withAction(
  tool: Tool,
  args: Readonly<Record<string, unknown>>,
  action: string | undefined,
): Record<string, unknown> {
  const takes = Object.hasOwn(tool.parameters.properties, "action") && args["action"] === undefined;
  return takes && action !== undefined ? { ...args, action } : { ...args };
}

/** Text that says something. */
function plain(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value)) : {};
}
