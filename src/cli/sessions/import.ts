import { resolve } from "node:path";
import { openRoster } from "../agents/roster.ts";
import type { Run } from "../command.ts";
import type { importFlags } from "../commands/sessions.ts";
import { EXIT_FAILURE, EXIT_OK } from "../errors.ts";
import { withStoreAtRest } from "../local-store.ts";
import type { Session } from "../session.ts";
import { table } from "../terminal/layout.ts";
import { bytes, plural } from "../words.ts";

const loadAgent = () => import("../../agent/index.ts");

type SessionImport = InstanceType<Awaited<ReturnType<typeof loadAgent>>["SessionImport"]>;
type ImportPlan = Awaited<ReturnType<SessionImport["plan"]>>;
type ImportResult = Awaited<ReturnType<SessionImport["run"]>>;
type ImportItem = ImportPlan["items"][number];

export const run: Run<typeof importFlags> = async ({ flags, args, session }) => {
  const path = resolve(args[0] ?? "");
  const { SessionImport } = await loadAgent();
  const { roster } = await openRoster(session);
  const result = await withStoreAtRest(session, (store) => {
    const { paths, clock } = session;
    const source = new SessionImport({
      store,
      clock,
      tmpDir: paths.tmpDir,
      defaultAgentId: () => roster.defaultId,
    });
    return flags.yes ? source.run(path) : source.plan(path);
  });
  if (flags.json) session.out.json({ ok: result.items.length > 0, dryRun: !flags.yes, ...result });
  else print(session, path, result);
  return result.items.length === 0 ? EXIT_FAILURE : EXIT_OK;
};

function print(session: Session, path: string, result: ImportPlan | ImportResult): void {
  const { out } = session;
  for (const line of result.items.length === 0 ? [] : itemLines(result.items)) out.line(line);
  for (const problem of result.problems) out.warn(problem);
  if (result.items.length === 0) {
    out.note("Name the state folder of an OpenClaw, or one of its sessions folders. What can be read:");
    out.note("openclaw sessions import --help");
    return;
  }
  out.line();
  if ("events" in result) {
    const { sessions, transcripts, events } = result;
    const taken = [plural(sessions, "session"), plural(transcripts, "transcript"), plural(events, "event")];
    out.line(`Took over ${taken.join(", ")}.`);
    return;
  }
  const news = result.items.filter(({ action }) => action !== "none").length;
  if (news === 0) out.line("All of it is here already.");
  else {
    out.line("Nothing was changed yet.");
    out.note(`Take it over: openclaw sessions import ${path} --yes`);
  }
}

const WORDS: Readonly<Record<ImportItem["action"], string>> = {
  create: "new",
  history: "earlier talk",
  none: "here already",
};

function itemLines(items: readonly ImportItem[]): string[] {
  const cells = items.map(({ key, action, transcripts, bytes: size }) => [
    key,
    WORDS[action],
    String(transcripts.length),
    size === 0 ? "" : bytes(size),
  ]);
  return table(["Session", "What", "Transcripts", "Size"], cells);
}
