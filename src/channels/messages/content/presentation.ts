import { isRecord } from "../../../lib/records.ts";
import { invalidRequest } from "../../../protocol/index.ts";
import type { Button } from "../../outbound-message.ts";
import { chartText, tableText } from "./presentation-data.ts";
import { BUTTONS_PER_ROW } from "../limits.ts";

/** What a presentation becomes in a chat. */
export interface Presented {
  /** Markdown. */
  readonly text: string;
  readonly buttons: readonly (readonly Button[])[];
}

/**
 * A presentation (`{title?, blocks: [text, context, divider, buttons, select, chart, table]}`) as text and buttons; what
 * cannot be a button here is said in words. @throws ProtocolError for what is none
 */
export function present(value: unknown, hasButtons: boolean): Presented {
  if (value === undefined || value === null) return { text: "", buttons: [] };
  if (!isRecord(value) || !Array.isArray(value.blocks)) {
    throw invalidRequest('presentation must be an object with a list of "blocks"');
  }
  const texts: string[] = [];
  const rows: (readonly Button[])[] = [];
  if (typeof value.title === "string" && value.title !== "") texts.push(`**${value.title}**`);
  for (const block of value.blocks) {
    if (!isRecord(block)) throw invalidRequest("a block of a presentation must be an object");
    const { text, buttons } = blockOf(block, hasButtons);
    if (text !== "") texts.push(text);
    rows.push(...buttons);
  }
  return { text: texts.join("\n\n"), buttons: rows };
}

function blockOf(block: Readonly<Record<string, unknown>>, hasButtons: boolean): Presented {
  switch (block.type) {
    case "text":
    case "context":
      return words(typeof block.text === "string" ? block.text : "");
    case "divider":
      return words("———");
    case "buttons":
      return controls(recordsOf(block.buttons), hasButtons, BUTTONS_PER_ROW);
    case "select":
      return controls(recordsOf(block.options), hasButtons, 1);
    case "chart":
      return words(chartText(block));
    case "table":
      return words(tableText(block));
    default:
      throw invalidRequest(`a presentation has no blocks of type ${JSON.stringify(block.type)}`);
  }
}

function words(text: string): Presented {
  return { text, buttons: [] };
}

function controls(
  items: readonly Readonly<Record<string, unknown>>[],
  hasButtons: boolean,
  perRow: number,
): Presented {
  const said: string[] = [];
  const buttons: Button[] = [];
  for (const item of items) {
    const label = typeof item.label === "string" ? item.label : "";
    if (label === "") throw invalidRequest("a button of a presentation needs a label");
    const button = item.disabled === true ? undefined : buttonOf(label, item);
    if (button && hasButtons) buttons.push(button);
    else said.push(button?.url === undefined ? `• ${label}` : `• [${label}](${button.url})`);
  }
  const rows: Button[][] = [];
  for (let at = 0; at < buttons.length; at += perRow) rows.push(buttons.slice(at, at + perRow));
  return { text: said.join("\n"), buttons: rows };
}

/** What a press says or opens; undefined for what has no meaning here. */
function buttonOf(label: string, item: Readonly<Record<string, unknown>>): Button | undefined {
  const action = isRecord(item.action) ? item.action : {};
  const app = isRecord(item.webApp) ? item.webApp : isRecord(item.web_app) ? item.web_app : {};
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  const data =
    action.type === "command"
      ? text(action.command)
      : ((action.type === "callback" ? text(action.value) : undefined) ?? text(item.value));
  const url =
    (action.type === "url" || action.type === "web-app" ? text(action.url) : undefined) ??
    text(item.url) ??
    text(app.url);
  if (url !== undefined) return { text: label, url };
  return data === undefined ? undefined : { text: label, data };
}

function recordsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
