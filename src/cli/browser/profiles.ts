import { isRecord } from "../../lib/records.ts";
import type { Run } from "../command.ts";
import type { createFlags, deleteFlags, plainFlags } from "../commands/browser.ts";
import { needed, plural } from "../words.ts";
import { askBrowser, show as print, word } from "./ask.ts";

export const show: Run<typeof plainFlags> = async ({ flags, session }) => {
  const answer = await askBrowser(session, flags, {
    method: "GET",
    path: "/profiles",
    label: "Asking for profiles",
  });
  const listed = answer["profiles"];
  const rows = Array.isArray(listed) ? listed.filter(isRecord) : [];
  print(session, flags, answer, () =>
    rows.map((row) => {
      const place = row["isRemote"] === true ? word(row, "cdpUrl") : `port ${word(row, "cdpPort")}`;
      const tabs = Number(row["tabCount"]);
      const state = row["running"] === true ? `running, ${plural(tabs, "tab")}` : "stopped";
      return `${word(row, "name")}: ${place}, ${state}${row["isDefault"] === true ? " (default)" : ""}`;
    }),
  );
};

export const create: Run<typeof createFlags> = async ({ flags, session }) => {
  const { color, cdpUrl, driver } = flags;
  const body = { name: needed(flags.name, "name"), color, cdpUrl, driver };
  const answer = await askBrowser(session, flags, {
    method: "POST",
    path: "/profiles/create",
    body,
    label: "Making the profile",
  });
  print(session, flags, answer, () => {
    const place =
      answer["isRemote"] === true ? word(answer, "cdpUrl") : `DevTools port ${word(answer, "cdpPort")}`;
    return [`Made the browser profile ${word(answer, "profile")} (${place}).`];
  });
};

export const remove: Run<typeof deleteFlags> = async ({ flags, session }) => {
  const name = needed(flags.name, "name");
  const answer = await askBrowser(session, flags, {
    method: "DELETE",
    path: `/profiles/${encodeURIComponent(name)}`,
    label: "Forgetting the profile",
  });
  print(session, flags, answer, () => {
    const to = word(answer, "movedTo");
    return [`Forgot the browser profile ${name}.${to && ` Its data is in ${to}`}`];
  });
};
