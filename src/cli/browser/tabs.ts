import { isRecord } from "../../lib/records.ts";
import type { Run } from "../command.ts";
import type { openFlags, plainFlags, tabFlags } from "../commands/browser.ts";
import { askBrowser, show as print, word } from "./ask.ts";

export const show: Run<typeof plainFlags> = async ({ flags, session }) => {
  const answer = await askBrowser(session, flags, { method: "GET", path: "/tabs", label: "Asking for tabs" });
  const listed = answer["tabs"];
  const rows = Array.isArray(listed) ? listed.filter(isRecord) : [];
  if (rows.length === 0 && !flags.json) {
    session.out.note(
      answer["running"] === true ? "No tab is open." : "The browser does not run; open starts it.",
    );
  }
  print(session, flags, answer, () => rows.map(tabLine));
};

export const open: Run<typeof openFlags> = async ({ flags, args: [url], session }) => {
  const body = { url, label: flags.label };
  const answer = await askBrowser(session, flags, {
    method: "POST",
    path: "/tabs/open",
    body,
    label: "Opening the page",
  });
  print(session, flags, answer, () => [tabLine(answer)]);
};

export const focus: Run<typeof plainFlags> = async ({ flags, args: [targetId], session }) => {
  const answer = await askBrowser(session, flags, {
    method: "POST",
    path: "/tabs/focus",
    body: { targetId },
    label: "Bringing the tab to the front",
  });
  print(session, flags, answer, () => [`The tab ${targetId} is in front.`]);
};

export const close: Run<typeof plainFlags> = async ({ flags, args: [tab], session }) => {
  const answer = await askBrowser(session, flags, {
    ...(tab === undefined
      ? { method: "POST", path: "/act", body: { kind: "close" } }
      : { method: "DELETE", path: `/tabs/${encodeURIComponent(tab)}` }),
    label: "Closing the tab",
  });
  print(session, flags, answer, () => [`Closed the tab ${tab ?? word(answer, "targetId")}.`]);
};

export const navigate: Run<typeof tabFlags> = async ({ flags, args: [url], session }) => {
  const answer = await askBrowser(session, flags, {
    method: "POST",
    path: "/navigate",
    body: { url, targetId: flags.targetId },
    label: "Opening the page",
  });
  print(session, flags, answer, () => [word(answer, "url")]);
};

function tabLine(row: Readonly<Record<string, unknown>>): string {
  const handle = word(row, "suggestedTargetId");
  const title = word(row, "title");
  return `${handle}: ${title === "" ? "" : `${title} `}<${word(row, "url")}>`;
}
