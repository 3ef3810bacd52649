import { resolveInside } from "../../../lib/path-jail/index.ts";
import { isRecord, recordOf } from "../../../lib/records.ts";
import { defineTool, textResult, ToolInputError } from "../define.ts";
import { assertMayRead, asToolError, type FileDeps, jailForReading } from "../files/reach.ts";
import { MESSAGE_MAX_CHARS } from "../limits.ts";
import type { ChatOffer, MessageSender } from "../ports.ts";
import type { Tool, ToolContext, ToolResult, ToolSelection } from "../tool.ts";
import { EVERYTHING, messageParameters, offerFor } from "./message-schema.ts";
import { outcomeText } from "./message-outcome.ts";

/** Surfaces that are conversations of the gateway itself: a message there is shown in the session. */
const OWN_SURFACES = new Set(["webchat", "cli", "http", "gateway", "internal"]);

/** What the tool calls a thing, where the protocol calls it something else. */
const NAMES: Readonly<Record<string, string>> = { replyTo: "replyToId", multiple: "allowMultiselect" };

/** What the request says beside its params. */
const BESIDE = new Set(["action", "channel", "accountId", "media", "buttons"]);

/** What answers somebody. */
const SPEAKING = new Set(["send", "poll", "sticker", "react"]);

type Args = Readonly<Record<string, unknown>>;

export interface MessageToolDeps extends FileDeps {
  readonly messages: MessageSender;
}

/** `message`: says and does things in chats, beside the answer. */
export class MessageTools {
  /** With everything there is to it. */
  readonly whole: Tool;
  readonly #deps: MessageToolDeps;
  /** Made once each: the engine compiles a checker for every schema object it has not seen. */
  readonly #made = new Map<string, Tool>();

  constructor(deps: MessageToolDeps) {
    this.#deps = deps;
    this.whole = messageTool(deps, EVERYTHING, true);
  }

  /** As a turn is offered it; undefined when nothing of it is. */
  of({ agentId, sender }: ToolSelection): Tool | undefined {
    const { isOwner } = sender;
    const offer = offerFor(this.#deps.messages.offer(agentId, sender), isOwner);
    if (offer.actions.length === 0) return undefined;
    const key = JSON.stringify([offer.actions, offer.buttons, isOwner]);
    const tool = this.#made.get(key) ?? messageTool(this.#deps, offer, isOwner);
    this.#made.set(key, tool);
    return tool;
  }
}

function messageTool(deps: MessageToolDeps, offer: ChatOffer, isOwner: boolean): Tool {
  const known = messageParameters(offer, isOwner);
  return defineTool({
    name: "message",
    label: "Message",
    description: "Act in a chat, by default the current one; your answer needs no send.",
    scope: "anyone",
    parameters: known,
    async run(given, context) {
      const args = Object.fromEntries(Object.entries(given).filter(([name]) => name in known.properties));
      const action = String(args.action);
      checkWords(action, args);
      const place = placeOf(args, context);
      if (place === "session") return show(deps.messages, action, args, context);
      const params = await paramsOf(args, context, deps);
      const { agentId, sessionKey, sender } = context;
      const outcome = await deps.messages.act({
        action,
        params,
        ...place,
        agentId,
        sessionKey,
        sender,
        idempotencyKey: keyOf(context, args),
      });
      const told = textResult(outcomeText(action, outcome), { action, ...outcome });
      return SPEAKING.has(action) && args.target === undefined ? { ...told, speaks: true } : told;
    },
  });
}

/** @throws ToolInputError */
function checkWords(action: string, { message }: Args): void {
  if (action !== "send" && action !== "edit") return;
  const words = typeof message === "string" ? message : "";
  if (action === "edit" && words.trim() === "") throw new ToolInputError("message required");
  if (words.length > MESSAGE_MAX_CHARS) throw new ToolInputError("message is too long");
}

/** Where it is to be done, as far as it is named; `session` for the conversation itself. @throws ToolInputError */
function placeOf(
  args: Args,
  { sender }: ToolContext,
): "session" | { readonly channel?: string; readonly accountId?: string } {
  const channel = wordIn(args, "channel")?.toLowerCase();
  const accountId = wordIn(args, "accountId");
  const target = wordIn(args, "target");
  const isOwn = OWN_SURFACES.has(channel ?? sender.channel.toLowerCase());
  if (isOwn && channel !== undefined && target !== undefined) {
    throw new ToolInputError(`${channel} has no chats to choose from; leave target out`);
  }
  if (isOwn && target === undefined) return "session";
  return { ...(channel !== undefined && { channel }), ...(accountId !== undefined && { accountId }) };
}

/** Puts words into the conversation itself, where there is nothing else to be done. */
async function show(
  sender: MessageSender,
  action: string,
  args: Args,
  { agentId, sessionKey }: ToolContext,
): Promise<ToolResult> {
  if (action !== "send") throw new ToolInputError(`${action} needs a chat: name channel and target`);
  if (Array.isArray(args.media)) {
    throw new ToolInputError("files are shown here by a line MEDIA:<path or URL> of your answer");
  }
  const text = typeof args.message === "string" ? args.message : "";
  if (text.trim() === "") throw new ToolInputError("message required");
  const where = `session ${sessionKey}`;
  if (args.dryRun === true) return textResult(`Would be sent to ${where}.`, { ok: true, dryRun: true });
  const shown = await sender.show({ agentId, sessionKey, text });
  return { ...textResult(`Sent to ${where}.`, { ok: true, action, ...shown }), speaks: true };
}

async function paramsOf(args: Args, context: ToolContext, deps: FileDeps): Promise<Args> {
  const params: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(args)) {
    if (!BESIDE.has(name)) params[NAMES[name] ?? name] = value;
  }
  if (params.replyToId === "current") {
    params.replyToId = context.sender.messageId;
    if (params.replyToId === undefined) throw new ToolInputError("there is no current message; name its id");
  }
  const media = Array.isArray(args.media) ? args.media.map(String) : [];
  if (media.length > 0) {
    params.mediaUrls = await Promise.all(media.map((source) => sourceOf(source, context, deps)));
  }
  const blocks = rowsOf(args.buttons);
  if (blocks.length > 0) params.presentation = { blocks };
  return params;
}

/** A file under the path it really has, when whoever speaks may see it. @throws ToolInputError */
async function sourceOf(source: string, context: ToolContext, deps: FileDeps): Promise<string> {
  if (/^(?:https?:\/\/|data:)/i.test(source)) return source;
  try {
    const { path } = await resolveInside(await jailForReading(source, context, deps), source);
    await assertMayRead(path, context);
    return path;
  } catch (error) {
    throw asToolError(error, context);
  }
}

/** Rows of buttons as blocks of a presentation; one that says nothing when it is pressed says its label. */
function rowsOf(buttons: unknown): readonly Record<string, unknown>[] {
  if (!Array.isArray(buttons)) return [];
  return buttons.map((row: unknown) => ({
    type: "buttons",
    buttons: (Array.isArray(row) ? row : []).filter(isRecord).map((one) => ({ value: one.label, ...one })),
  }));
}

function wordIn(args: Args, name: string): string | undefined {
  const value = recordOf(args)[name];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** Names the call: some providers number the calls of every answer anew, so what is asked for belongs to the name. */
function keyOf({ runId, toolCallId }: ToolContext, args: Args): string {
  const asked = new Bun.CryptoHasher("sha256").update(JSON.stringify(args)).digest("hex").slice(0, 16);
  return `${runId ?? ""}:${toolCallId}:${asked}`;
}
