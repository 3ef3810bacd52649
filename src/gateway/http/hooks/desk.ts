import type { HookGate, HttpRefusal } from "../../auth/index.ts";
import { ProtocolError } from "../../../protocol/index.ts";
import { CommandDesk } from "../../turns/saying/command-desk.ts";
import { Injector } from "../../turns/saying/injector.ts";
import { Notes } from "../../turns/saying/notes.ts";
import { TurnRequests } from "../../turns/saying/turn-requests.ts";
import { COMMON_HEADERS, errorResponse, notFound, textResponse } from "../responses.ts";
import type { RouteContext } from "../route.ts";
import { AgentHooks } from "./agent-hook.ts";
import { bodyOf } from "./body.ts";
import type { HookDeps } from "./deps.ts";
import type { HookSettings } from "./path.ts";
import { HookRefusal } from "./refusal.ts";
import { HookTargets } from "./targets.ts";
import { WakeHooks } from "./wake-hook.ts";

/** Takes hooks: who sends one must have the token, then it becomes a note, a turn, or a refusal. */
export class HookDesk {
  readonly #gate: HookGate;
  readonly #wakes: WakeHooks;
  readonly #agents: AgentHooks;

  constructor(private readonly deps: HookDeps) {
    const { store } = deps;
    const notes = new Notes({ ...deps, ...store });
    const injector = new Injector({ ...deps, notes });
    const commands = new CommandDesk({ ...deps, ...store, notes });
    const requests = new TurnRequests({ ...deps, ...store, desk: commands, injector });
    const targets = new HookTargets(deps.agent);
    this.#gate = deps.newGate();
    this.#wakes = new WakeHooks({ ...deps, requests, targets });
    this.#agents = new AgentHooks({ ...deps, requests, targets, wakes: this.#wakes });
  }

  async answer(request: Request, context: RouteContext): Promise<Response> {
    const { hooks } = this.deps.config();
    // It may have been switched off since the path was looked at.
    if (hooks?.enabled !== true) return notFound();
    if (new URL(request.url).searchParams.has("token")) {
      return textResponse(
        400,
        "The hook token goes into the header Authorization: Bearer <token> or X-OpenClaw-Token, not into the address: " +
          "addresses are written to logs on their way.",
      );
    }
    const refused = this.#gate.refusal(context.peer, hooks.token);
    if (refused) return asResponse(refused);
    try {
      return await this.#taken(request, context, hooks);
    } catch (error) {
      if (error instanceof HookRefusal) return error.toResponse();
      if (error instanceof ProtocolError) return new HookRefusal(400, error.message).toResponse();
      this.deps.log.error("hook failed", { error });
      return errorResponse(500, "api_error", "internal error");
    }
  }

  async #taken(request: Request, { params, keepOpen }: RouteContext, hooks: HookSettings): Promise<Response> {
    switch (params[0]) {
      case "wake":
        return this.#wakes.take(await bodyOf(request, this.deps.clock), hooks);
      case "agent": {
        const body = await bodyOf(request, this.deps.clock);
        // It may wait for the run, or for an earlier one.
        keepOpen();
        return this.#agents.take({ body, headers: request.headers, gone: request.signal }, hooks);
      }
      default:
        return notFound();
    }
  }
}

function asResponse({ status, headers, body }: HttpRefusal): Response {
  return new Response(body, { status, headers: { ...COMMON_HEADERS, ...headers } });
}
