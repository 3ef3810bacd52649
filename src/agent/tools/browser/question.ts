import { ToolInputError } from "../define.ts";
import type { BrowserQuestion } from "../ports.ts";

/** What a model said about one action; browser control judges the values. */
type Said = Readonly<Record<string, unknown>>;

/** Fields of one thing to do, as `POST /act` takes them. */
const DEED = [
  ..."kind ref text submit slowly key values fields fn timeMs timeoutMs textGone loadState width height".split(
    " ",
  ),
  ..."button doubleClick modifiers x y".split(" "),
];

/** The request to browser control that an action stands for; `room` is how much text its answer may have. @throws ToolInputError */
export function questionOf(action: string, said: Said, room: number): BrowserQuestion {
  const query = words(said, ["profile", "targetId"]);
  const post = (path: string, body: Said = {}): BrowserQuestion => ({
    method: "POST",
    path,
    query,
    body: { ...body, ...picked(said, ["targetId"]) },
  });
  const get = (path: string, more: Readonly<Record<string, string>> = {}): BrowserQuestion => ({
    method: "GET",
    path,
    query: { ...query, ...more },
  });
  switch (action) {
    case "status":
      return get("/");
    case "profiles":
    case "tabs":
    case "console":
      return get(`/${action}`);
    case "start":
    case "stop":
    case "pdf":
      return post(`/${action}`);
    case "open":
      return post("/tabs/open", { url: needed(said, "url"), ...picked(said, ["label"]) });
    case "navigate":
      return post("/navigate", { url: needed(said, "url"), ...picked(said, ["timeoutMs"]) });
    case "focus":
      needed(said, "targetId");
      return post("/tabs/focus");
    case "close":
      return post("/act", { kind: "close" });
    case "snapshot":
      return get("/snapshot", {
        maxChars: String(room),
        ...(said["interactive"] === true && { mode: "efficient" }),
        ...words(said, ["query", "selector"]),
      });
    case "screenshot":
      return post("/screenshot", { ...picked(said, ["fullPage", "ref"]), type: "jpeg", inline: true });
    case "dialog":
      return post("/hooks/dialog", { accept: needed(said, "accept"), promptText: said["text"] });
    default:
      // Where a wait is for an element or an address, these are its fields too.
      return post("/act", {
        kind: needed(said, "kind"),
        ...picked(said, DEED),
        ...(said["kind"] === "wait" && picked(said, ["selector", "url"])),
      });
  }
}

function picked(said: Said, names: readonly string[]): Said {
  return Object.fromEntries(names.flatMap((name) => (said[name] === undefined ? [] : [[name, said[name]]])));
}

function words(said: Said, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = said[name];
      return typeof value === "string" && value !== "" ? [[name, value]] : [];
    }),
  );
}

function needed(said: Said, name: string): unknown {
  const value = said[name];
  if (value === undefined || value === "") throw new ToolInputError(`${name} required`);
  return value;
}
