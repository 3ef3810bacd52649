import type { Run } from "../command.ts";
import type { plainFlags, startFlags } from "../commands/browser.ts";
import { askBrowser, show, word } from "./ask.ts";

export const start: Run<typeof startFlags> = async ({ flags, session }) => {
  const query = { headless: flags.headless || undefined };
  const answer = await askBrowser(session, flags, {
    method: "POST",
    path: "/start",
    query,
    label: "Starting the browser",
  });
  const fallback = answer["headlessSource"] === "linux-display-fallback";
  if (fallback && !flags.json)
    session.out.note("It shows no window, because the gateway's machine has no screen.");
  show(session, flags, answer, () => {
    const pid = word(answer, "pid");
    return [`The browser of ${word(answer, "profile")} runs${pid && ` (pid ${pid})`}.`];
  });
};

export const stop: Run<typeof plainFlags> = async ({ flags, session }) => {
  const answer = await askBrowser(session, flags, {
    method: "POST",
    path: "/stop",
    label: "Ending the browser",
  });
  show(session, flags, answer, () => [
    `The browser of ${word(answer, "profile")} ${answer["stopped"] === true ? "has ended" : "did not run"}.`,
  ]);
};
