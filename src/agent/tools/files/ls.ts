import { type FolderEntry, listInside } from "../../../lib/path-jail/index.ts";
import { defineTool, textResult } from "../define.ts";
import { LS_MAX_ENTRIES } from "../limits.ts";
import { maybe, number, parameters, text } from "../parameters.ts";
import type { Tool } from "../tool.ts";
import { assertMayRead, asToolError, type FileDeps, jailForReading } from "./reach.ts";

const SIGNS: Readonly<Record<FolderEntry["kind"], string>> = { file: "", folder: "/", link: "@", other: "" };

/** `ls`: the names in a folder. */
export function lsTool(deps: FileDeps): Tool {
  return defineTool({
    name: "ls",
    label: "List",
    description: "List a folder; folders end in /.",
    scope: "anyone",
    readOnly: true,
    parameters: parameters({
      path: maybe(text()),
      limit: maybe(number()),
      after: maybe(text("name to go on after")),
    }),
    async run({ path, limit, after }, context) {
      const named = path || ".";
      try {
        const jail = await jailForReading(named, context, deps);
        const folder = await listInside(jail, named);
        await assertMayRead(folder.path, context);
        const rest = after ? folder.entries.filter(({ name }) => name > after) : folder.entries;
        const shown = rest.slice(0, Math.floor(limit || LS_MAX_ENTRIES));
        const left = rest.length - shown.length;
        const lines = shown.map(({ name, kind }) => name + SIGNS[kind]);
        if (left > 0) lines.push("", `[${left} more; go on with after=${shown.at(-1)?.name}]`);
        const details = {
          path: folder.path,
          entries: shown.length,
          total: folder.entries.length,
          truncated: left > 0,
        };
        return textResult(lines.join("\n").toWellFormed() || "(empty)", details);
      } catch (error) {
        throw asToolError(error, context);
      }
    },
  });
}
