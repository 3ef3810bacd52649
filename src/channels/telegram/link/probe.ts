import type { Clock } from "../../../lib/clock.ts";
import { isRecord } from "../../../lib/records.ts";
import { CallError, type TelegramClient } from "../client/index.ts";
import type { TelegramSettings } from "../render/index.ts";
import { PROBE_MAX_GROUPS } from "./limits.ts";

/** Asks Telegram who the bot is, how its webhook stands and whether it is in the groups it is to hear. @throws CallError */
export async function probeBot(
  client: TelegramClient,
  settings: TelegramSettings,
  clock: Clock,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const began = clock.monotonic();
  const me = await client.call("getMe", {}, signal);
  const elapsedMs = Math.round(clock.monotonic() - began);
  const { url, has_custom_certificate, pending_update_count, last_error_message } = await client.call(
    "getWebhookInfo",
    {},
    signal,
  );
  const groups = await auditGroups(client, me.id, settings, signal);
  return {
    elapsedMs,
    bot: {
      id: me.id,
      username: me.username,
      canJoinGroups: me.can_join_groups,
      canReadAllGroupMessages: me.can_read_all_group_messages,
      supportsInlineQueries: me.supports_inline_queries,
    },
    webhook: {
      url: url ?? "",
      hasCustomCert: has_custom_certificate,
      pendingUpdates: pending_update_count,
      ...(last_error_message !== undefined && { lastError: last_error_message }),
    },
    ...(groups.length > 0 && {
      audit: { ok: groups.every(({ ok }) => ok), checkedGroups: groups.length, groups },
    }),
  };
}

interface GroupFinding {
  readonly chatId: string;
  readonly ok: boolean;
  /** What the bot is there, or why that is not known. */
  readonly status: string;
}

async function auditGroups(
  client: TelegramClient,
  botId: number,
  { groups = {} }: TelegramSettings,
  signal: AbortSignal,
): Promise<readonly GroupFinding[]> {
  const ids = Object.entries(groups)
    .filter(([id, group]) => /^-\d+$/.test(id) && group.enabled !== false)
    .map(([id]) => id)
    .slice(0, PROBE_MAX_GROUPS);
  return await Promise.all(
    ids.map(async (chatId): Promise<GroupFinding> => {
      try {
        const member: unknown = await client.call(
          "getChatMember",
          { chat_id: Number(chatId), user_id: botId },
          signal,
        );
        const status =
          isRecord(member) && typeof member["status"] === "string" ? member["status"] : "unknown";
        return { chatId, ok: status !== "left" && status !== "kicked", status };
      } catch (error) {
        // Nobody answers any more: that is no finding about a group.
        if (!(error instanceof CallError) || error.trouble !== "refused") throw error;
        return { chatId, ok: false, status: error.description ?? error.message };
      }
    }),
  );
}
