import type { OpenClawConfig } from "../../config/index.ts";
import type { ChannelSettings } from "../channel.ts";
import {
  BLOCK_MAX_CHARS,
  BLOCK_MIN_CHARS,
  PROGRESS_LINE_CHARS,
  PROGRESS_LINES,
  TYPING_INTERVAL_MS,
} from "./limits.ts";
import type { LiveScene } from "./live-replies.ts";
import { WORKING } from "./shows/lines.ts";

/** When the typing sign begins. `instant`: with the message. `thinking`: with the run. `message`: with words or tools. */
export type TypingMode = "never" | "instant" | "thinking" | "message";

/** Size of what is added to a preview at once. */
export interface BlockSizes {
  readonly minChars: number;
  readonly maxChars: number;
  readonly ends: "paragraph" | "newline" | "sentence";
  /** A pause this long ends a block as well. */
  readonly idleMs?: number;
}

export interface ProgressLook {
  /** `undefined`: a word of ours, unless a headline says more. */
  readonly label: string | false | undefined;
  readonly maxLines: number;
  readonly maxLineChars: number;
  readonly showsTools: boolean;
  readonly keepsCommentary: boolean;
  readonly hasHeadline: boolean;
}

/** How a preview looks; its text is never longer than `limit`. */
export type Streaming =
  | { readonly mode: "off" }
  | { readonly mode: "progress"; readonly look: ProgressLook; readonly limit: number }
  | {
      readonly mode: "answer";
      readonly showsTools: boolean;
      readonly blocks?: BlockSizes;
      readonly limit: number;
    };

/** What a reply is shown by, as configured when it began. */
export interface LiveSettings {
  readonly typing: { readonly mode: TypingMode; readonly intervalMs: number };
  /** The mark on the message; undefined for none. */
  readonly mark: string | undefined;
  /** The mark follows the turn. */
  readonly marksFollow: boolean;
  readonly streaming: Streaming;
}

/** The mark every platform knows. */
export const EYES = "👀";

/** What holds for one reply. */
export function liveSettings(
  scene: LiveScene,
  config: Pick<OpenClawConfig, "agents" | "messages">,
): LiveSettings {
  const { settings } = scene.account;
  const { defaults, entries, list } = config.agents;
  const own =
    scene.agentId === undefined
      ? undefined
      : (entries[scene.agentId] ?? list?.find(({ id }) => id === scene.agentId));
  const seconds = defaults.typingIntervalSeconds;
  const isMarked = marksMessage(scene, config.messages?.ackReactionScope ?? "group-mentions");
  return {
    typing: {
      mode: own?.typingMode ?? defaults.typingMode ?? (isAddressed(scene) ? "instant" : "message"),
      intervalMs: seconds === undefined ? TYPING_INTERVAL_MS : seconds * 1_000,
    },
    mark: isMarked ? markOf(scene, config.messages?.ackReaction) : undefined,
    marksFollow: config.messages?.statusReactions?.enabled === true,
    streaming: scene.connection.drafts
      ? streamingOf(settings, defaults.blockStreamingDefault === "on", scene.messageId ?? "")
      : { mode: "off" },
  };
}

function isAddressed({ chat, wasMentioned }: LiveScene): boolean {
  return chat.kind === "direct" || wasMentioned;
}

type Scope = NonNullable<NonNullable<OpenClawConfig["messages"]>["ackReactionScope"]>;

function marksMessage({ account, chat, wasMentioned }: LiveScene, scope: Scope): boolean {
  if (account.settings.reactionLevel === "off") return false;
  switch (scope) {
    case "all":
      return true;
    case "direct":
      return chat.kind === "direct";
    case "group-all":
      return chat.kind === "group";
    case "group-mentions":
      return chat.kind === "group" && wasMentioned;
    case "off":
    case "none":
      return false;
  }
}

/** The nearest setting counts; an empty one there means no mark. */
function markOf({ account, emoji }: LiveScene, general: string | undefined): string | undefined {
  const own = "ackReaction" in account.settings ? account.settings.ackReaction : undefined;
  const mark = (own ?? general ?? emoji)?.trim() ?? EYES;
  return mark === "" ? undefined : mark;
}

/** `seed` chooses among several labels, the same one for the same message. */
function streamingOf(settings: ChannelSettings, isBlockDefault: boolean, seed: string): Streaming {
  const { streaming, textChunkLimit: limit } = settings;
  const { mode, preview, progress } = (streaming && "mode" in streaming ? streaming : undefined) ?? {};
  const block = streaming?.block;
  const showsTools = preview?.toolProgress ?? true;
  const inBlocks = (sizes: Partial<Omit<BlockSizes, "ends">>): Streaming => ({
    mode: "answer",
    showsTools,
    limit,
    blocks: {
      minChars: sizes.minChars ?? preview?.chunk?.minChars ?? BLOCK_MIN_CHARS,
      maxChars: Math.min(limit, sizes.maxChars ?? preview?.chunk?.maxChars ?? BLOCK_MAX_CHARS),
      ends: preview?.chunk?.breakPreference ?? "paragraph",
      ...(sizes.idleMs !== undefined && { idleMs: sizes.idleMs }),
    },
  });
  if (block?.enabled === true || (mode === undefined && block?.enabled === undefined && isBlockDefault))
    return inBlocks(block?.coalesce ?? {});
  switch (mode ?? "progress") {
    case "off":
      return { mode: "off" };
    case "partial":
      return { mode: "answer", showsTools, limit };
    case "block":
      return inBlocks({});
    case "progress":
      return {
        mode: "progress",
        limit,
        look: {
          label: labelOf(progress?.label, progress?.labels ?? [], seed),
          maxLines: progress?.maxLines ?? PROGRESS_LINES,
          maxLineChars: progress?.maxLineChars ?? PROGRESS_LINE_CHARS,
          showsTools: progress?.toolProgress ?? false,
          keepsCommentary: progress?.commentary ?? false,
          hasHeadline: progress?.narration ?? true,
        },
      };
  }
}

function labelOf(
  label: string | false | undefined,
  labels: readonly string[],
  seed: string,
): string | false | undefined {
  if (label !== undefined && label !== "auto") return label;
  const chosen = labels[Number(Bun.hash.crc32(seed)) % Math.max(1, labels.length)];
  return chosen ?? (label === "auto" ? WORKING : undefined);
}
