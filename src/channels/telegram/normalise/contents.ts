import { isTold } from "./facts.ts";
import type { Fields } from "./fields.ts";

/** Fields that say something about a message, not what it says. */
const ABOUT = new Set(
  (
    "message_id message_thread_id from sender_chat date guest_query_id business_connection_id chat is_topic_message " +
    "direct_messages_topic sender_tag receiver_user ephemeral_message_id sender_boost_count sender_business_bot " +
    "forward_origin is_automatic_forward reply_to_message reply_to_checklist_task_id reply_to_poll_option_id is_paid_post " +
    "external_reply quote reply_to_story via_bot guest_bot_caller_user guest_bot_caller_chat edit_date " +
    "has_protected_content show_caption_above_media is_from_offline author_signature link_preview_options effect_id " +
    "paid_star_count reply_markup caption_entities entities media_group_id has_media_spoiler suggested_post_info " +
    "forward_from forward_from_chat forward_from_message_id forward_signature forward_sender_name forward_date"
  ).split(" "),
);

/** Fields with text or a file. */
const SAID = new Set(
  "text caption photo live_photo animation video video_note voice audio document sticker".split(" "),
);

/** What Telegram writes into a chat by itself; nobody said it. */
const SERVICE = new Set(
  (
    "new_chat_members left_chat_member new_chat_title new_chat_photo delete_chat_photo group_chat_created " +
    "supergroup_chat_created channel_chat_created message_auto_delete_timer_changed migrate_from_chat_id " +
    "migrate_to_chat_id pinned_message successful_payment refunded_payment users_shared chat_shared connected_website " +
    "write_access_allowed passport_data proximity_alert_triggered boost_added chat_background_set forum_topic_created " +
    "forum_topic_edited forum_topic_closed forum_topic_reopened general_forum_topic_hidden " +
    "general_forum_topic_unhidden giveaway_created giveaway giveaway_winners giveaway_completed gift unique_gift " +
    "gift_upgrade_sent paid_message_price_changed direct_message_price_changed video_chat_scheduled " +
    "video_chat_started video_chat_ended video_chat_participants_invited checklist_tasks_done checklist_tasks_added " +
    "community_chat_added community_chat_removed community_chat_joined suggested_post_approved " +
    "suggested_post_approval_failed suggested_post_declined suggested_post_paid suggested_post_refunded " +
    "chat_owner_left chat_owner_changed managed_bot_created poll_option_added poll_option_deleted new_chat_member " +
    "new_chat_participant left_chat_participant voice_chat_scheduled voice_chat_started voice_chat_ended " +
    "voice_chat_participants_invited"
  ).split(" "),
);

/** What a message consists of, by the names of its fields. */
export interface Contents {
  readonly isSaid: boolean;
  /** Fields of kinds that came after this program. */
  readonly unknown: readonly string[];
  /** Why it is nothing anybody said; undefined when it is. */
  readonly service?: string;
}

/** Sorts the fields of a message. */
export function contentsOf(message: Fields): Contents {
  const names = Object.keys(message).filter((name) => !ABOUT.has(name) && message[name] !== null);
  const isSaid = names.some((name) => SAID.has(name) || isTold(name));
  const service = names.find((name) => SERVICE.has(name));
  return {
    isSaid,
    unknown: names.filter((name) => !SAID.has(name) && !isTold(name) && !SERVICE.has(name)),
    ...(!isSaid && service !== undefined && { service }),
  };
}
