import type { Sender } from "../../../agent/index.ts";
import type { Ids } from "../../../lib/ids.ts";
import { defused } from "../../../lib/fence.ts";
import type { RunId } from "../../../protocol/index.ts";
import type { SystemEvents } from "../../state/system-events.ts";
import { typed } from "../../turns/saying/incoming.ts";
import type { TurnRequests } from "../../turns/saying/turn-requests.ts";
import { wakeTurn } from "../../turns/saying/waking.ts";
import type { SessionTarget } from "../../turns/target.ts";
import { jsonResponse } from "../responses.ts";
import { wordOf } from "./body.ts";
import type { HookSettings } from "./path.ts";
import { HookRefusal, invalid } from "./refusal.ts";
import type { HookTargets } from "./targets.ts";

export interface WakeHookDeps {
  readonly requests: TurnRequests;
  readonly systemEvents: SystemEvents;
  readonly targets: HookTargets;
  readonly ids: Ids;
}

/** Who hooks are: a program that has the hook token, which proves no person and least of all the owner. */
export const HOOK_SENDER: Sender = {
  id: "webhook",
  isOwner: false,
  isAuthorized: false,
  isAdmin: false,
  channel: "webhook",
};

/** `POST …/wake`: a note for a session, read now or with its next turn. */
export class WakeHooks {
  constructor(private readonly deps: WakeHookDeps) {}

  /** @throws HookRefusal, ProtocolError */
  async take(body: Readonly<Record<string, unknown>>, hooks: HookSettings): Promise<Response> {
    const text = wordOf(body, "text");
    if (text === undefined) throw invalid("text required");
    const mode = body["mode"] === "next-heartbeat" ? "next-heartbeat" : "now";
    const { targets } = this.deps;
    const agentId = targets.agentOf(wordOf(body, "agentId"), hooks);
    const key = wordOf(body, "sessionKey");
    if (key !== undefined && mode !== "now") throw invalid("sessionKey goes with mode now only");
    const target = key === undefined ? targets.main(agentId) : targets.asked(key, agentId, hooks);
    const eventOutcome = this.note(`Webhook: ${quoted(typed(text))}`, target);
    if (mode === "now") await this.wake(target);
    return jsonResponse(200, { ok: true, mode, eventOutcome });
  }

  /** Leaves a note, unless the newest one of the session says the same. */
  note(text: string, { key }: SessionTarget): "queued" | "coalesced" {
    const { systemEvents } = this.deps;
    if (systemEvents.of(key).at(-1)?.text === text) return "coalesced";
    systemEvents.add(text, key);
    return "queued";
  }

  /** Has a session read its notes. @throws HookRefusal when it takes nothing more, ProtocolError when it is closed */
  async wake(target: SessionTarget): Promise<void> {
    const { requests, ids } = this.deps;
    const taken = await requests.take(wakeTurn(ids.uuid() as RunId, target, HOOK_SENDER));
    if (taken.state === "refused") throw new HookRefusal(503, taken.reason);
  }
}

/** Text from outside in one line, told apart from what the gateway says itself. */
export function quoted(text: string): string {
  return JSON.stringify(defused(text));
}
