import { invalidRequest } from "../../protocol/index.ts";
import type { Addressing } from "./addressing.ts";
import { Params } from "./content/params.ts";
import { MAX_BROADCAST_TARGETS } from "./limits.ts";
import { channelIn } from "./request-params.ts";
import type { ActionAnswer, ActionRequest } from "./requests.ts";

export interface BroadcastDeps {
  readonly addressing: Addressing;
  readonly say: (request: ActionRequest) => Promise<ActionAnswer>;
}

/** Sends the same to many chats, one after the other; what fails is told beside what arrived. @throws ProtocolError */
export async function broadcast(
  request: ActionRequest,
  params: Params,
  deps: BroadcastDeps,
): Promise<ActionAnswer> {
  const targets = params.list("targets");
  if (targets.length === 0) throw invalidRequest("broadcast needs targets");
  if (targets.length > MAX_BROADCAST_TARGETS) {
    throw invalidRequest(`broadcast takes at most ${MAX_BROADCAST_TARGETS} targets`);
  }
  const named = channelIn(request, params);
  const isAll = named === "all";
  const channels: readonly (string | undefined)[] = isAll
    ? deps.addressing.configured().map(({ meta }) => meta.id)
    : [named];
  const results: Record<string, unknown>[] = [];
  for (const channel of channels) {
    for (const target of targets)
      results.push(await one({ ...request, channel }, target, results.length + 1, deps));
  }
  const isDry = params.flag("dryRun");
  const ok = results.every((result) => result.ok === true);
  const payload = { ok, ...(isDry && { dryRun: true }), results };
  return { action: "broadcast", channel: named ?? "all", dryRun: isDry, handledBy: "core", payload };
}

async function one(
  request: ActionRequest,
  target: string,
  index: number,
  { addressing, say }: BroadcastDeps,
): Promise<Record<string, unknown>> {
  const { targets: _, channel: __, ...rest } = request.params;
  const params = { ...rest, to: target };
  try {
    // Whether broadcasts are allowed there; sending is judged on its own.
    await addressing.of("broadcast", { ...request, params }, new Params("broadcast", params));
    const idempotencyKey = `${request.idempotencyKey}#${index}`;
    const { channel, payload } = await say({ ...request, action: "send", params, idempotencyKey });
    return { channel, to: target, ok: true, result: payload };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      ...(request.channel !== undefined && { channel: request.channel }),
      to: target,
      ok: false,
      error: message,
    };
  }
}
