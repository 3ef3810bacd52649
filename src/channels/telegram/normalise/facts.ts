import { fullName } from "./chat.ts";
import { type Fields, integerIn, numberIn, partIn, partsIn, textIn } from "./fields.ts";
import { plainTextOf } from "./rich-text.ts";

/** How a kind of content is told in words; undefined when it holds nothing to tell. */
type Teller = (content: Fields, message: Fields) => string | undefined;

/** Contents that are neither text nor a file, in the order they are told. */
const TELLERS: Readonly<Record<string, Teller>> = {
  venue: (venue) => {
    const where = placeWords(partIn(venue, "location"), "📍 ");
    const what = [textIn(venue, "title"), textIn(venue, "address")].filter((part) => part !== undefined);
    return (
      [where, what.join(", ")].filter((line) => line !== undefined && line !== "").join("\n") || undefined
    );
  },
  location: (location, message) => {
    if (message["venue"] !== undefined) return undefined;
    const isLive = integerIn(location, "live_period") !== undefined;
    return placeWords(location, isLive ? "🛰 Live location: " : "📍 ");
  },
  contact: (contact) => {
    const parts = [fullName(contact), textIn(contact, "phone_number")].filter((part) => part !== undefined);
    return parts.length === 0 ? undefined : `👤 ${parts.join(", ")}`;
  },
  dice: (dice) => {
    const value = integerIn(dice, "value");
    return value === undefined ? undefined : `${textIn(dice, "emoji") ?? "🎲"} ${value}`;
  },
  poll: (poll) => {
    const options = partsIn(poll, "options").map((option) => `- ${textIn(option, "text") ?? ""}`);
    return [`📊 ${textIn(poll, "question") ?? "Poll"}`, ...options].join("\n");
  },
  checklist: (checklist) => {
    const tasks = partsIn(checklist, "tasks").map((task) => {
      const isDone = integerIn(task, "completion_date") !== undefined;
      return `- [${isDone ? "x" : " "}] ${textIn(task, "text") ?? ""}`;
    });
    return [`📋 ${textIn(checklist, "title") ?? "Checklist"}`, ...tasks].join("\n");
  },
  rich_message: (rich) => plainTextOf(rich["blocks"]),
  sticker: (sticker) => textIn(sticker, "emoji") ?? "<media:sticker>",
  game: (game) => `[game: ${textIn(game, "title") ?? "untitled"}]`,
  invoice: (invoice) => `[invoice: ${textIn(invoice, "title") ?? "untitled"}]`,
  story: () => "[a story, which bots cannot see]",
  paid_media: (paid) => {
    const stars = integerIn(paid, "star_count");
    return stars === undefined ? "[paid media]" : `[paid media, ${stars} stars]`;
  },
  web_app_data: (data) => textIn(data, "data"),
};

/** What a message says beside its text: places, contacts, polls and the like, in words. */
export function factsOf(message: Fields): readonly string[] {
  return Object.entries(TELLERS).flatMap(([name, tell]) => {
    const content = partIn(message, name);
    const words = content && tell(content, message);
    return words === undefined ? [] : [words];
  });
}

/** True for content that is told in words. */
export function isTold(name: string): boolean {
  return Object.hasOwn(TELLERS, name);
}

function placeWords(location: Fields | undefined, before: string): string | undefined {
  const latitude = location && numberIn(location, "latitude");
  const longitude = location && numberIn(location, "longitude");
  if (location === undefined || latitude === undefined || longitude === undefined) return undefined;
  const accuracy = numberIn(location, "horizontal_accuracy");
  const around = accuracy === undefined ? "" : ` ±${Math.round(accuracy)}m`;
  return `${before}${latitude.toFixed(6)}, ${longitude.toFixed(6)}${around}`;
}
