import { Params } from "./params.ts";
import { markdownOfHtml } from "./html-text.ts";
import type { SendRequest } from "../requests.ts";

/** The content of the method `send`, as the content of an action. */
export function sendParams({ parseMode, message, ...rest }: SendRequest): Params {
  const text = message !== undefined && parseMode === "HTML" ? markdownOfHtml(message) : message;
  return new Params("send", { ...rest, message: text });
}
