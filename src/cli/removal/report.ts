import { displayPath } from "../../config/index.ts";
import type { Session } from "../session.ts";
import { shellPath } from "../words.ts";
import type { Moved, Removal } from "./items.ts";

/** What will go and what stays, line by line. */
export function removalLines({ paths }: Session, { items, kept }: Removal): string[] {
  const show = (path: string) => displayPath(path, paths.home);
  return [
    ...items.map(({ kind, path, warning, keep }) => {
      const stays = keep.length === 0 ? "" : `, but not ${keep.map(show).join(", ")}`;
      return `- ${kind}: ${show(path)}${stays}${warning === undefined ? "" : ` (${warning})`}`;
    }),
    ...kept.map(({ kind, path, reason }) => `- stays: ${kind} ${show(path)} (${reason})`),
  ];
}

/** Tells where everything went, and how to bring it back or be rid of it. */
export function tellMoved({ out, paths }: Session, moved: readonly Moved[]): void {
  const show = (path: string) => displayPath(path, paths.home);
  const { home } = paths;
  for (const { path } of moved) out.line(`Removed ${show(path)}`);
  if (moved.length === 0) return;
  out.note("Nothing was deleted yet. To undo it:");
  for (const { path, to, inPart } of moved) {
    const [from, back] = [shellPath(to, home), shellPath(path, home)];
    out.note(inPart ? `  cp -a ${from}/. ${back}/ && rm -rf ${from}` : `  mv ${from} ${back}`);
  }
  out.note("It holds secrets. To be rid of it for good:");
  for (const { to } of moved) out.note(`  rm -rf ${shellPath(to, home)}`);
}

/** The plan and the outcome for `--json`-less readers and scripts alike. */
export function planLine(dryRun: boolean, count: number): string {
  if (count === 0) return "There is nothing to remove.";
  return dryRun ? "Would remove:" : "This will be removed:";
}
