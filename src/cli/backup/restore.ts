import { resolve } from "node:path";
import { statSync } from "node:fs";
import { displayPath } from "../../config/index.ts";
import type { Invocation, Run } from "../command.ts";
import type { restoreFlags } from "../commands/installation.ts";
import { EXIT_FAILURE } from "../errors.ts";
import type { Session } from "../session.ts";
import { refuseForeignState } from "../whose-state.ts";
import { bytes, plural, shellPath } from "../words.ts";
import type { ArchiveContents } from "./archive/reader.ts";
import { examine } from "./archive/examine.ts";
import { agreeTo } from "../agree.ts";
import { finishInterrupted } from "./interrupted.ts";
import { planInPlace, type RestorePlan } from "./plan.ts";
import { showProgress } from "./progress.ts";
import { explained } from "./refusal.ts";
import { restoreInPlace } from "./in-place.ts";
import { emptyTarget, restoreToTarget } from "./target.ts";
import { factsOf } from "./verify.ts";

/** What comes back with a state is as old as the state. */
const WARNINGS = [
  "Everything goes back to the time of the backup: sessions, pairings, queues and approvals too.",
  "A WhatsApp link works in one place at a time, and its keys move with every message: if the gateway that the backup is of still runs, one of the two is cut off. Link it anew here: openclaw channels login --channel whatsapp --force",
] as const;

export const run: Run<typeof restoreFlags> = async (invocation) => {
  const { flags, args, session } = invocation;
  const archive = resolve(args[0] ?? "");
  const signal = session.interrupted();
  return explained(session, { archive, signal }, async () => {
    const target = flags.target === undefined ? undefined : emptyTarget(session, resolve(flags.target));
    const contents = await read(session, archive, signal);
    return target === undefined
      ? inPlace(invocation, { archive, contents, signal })
      : toTarget(invocation, { archive, contents, signal, target });
  });
};

interface Given {
  readonly archive: string;
  readonly contents: ArchiveContents;
  readonly signal: AbortSignal;
}

async function read(session: Session, archive: string, signal: AbortSignal): Promise<ArchiveContents> {
  using bar = showProgress(session, "Reading", statSync(archive, { throwIfNoEntry: false })?.size);
  return await examine(archive, { signal, onProgress: (count) => bar.at(count) });
}

async function toTarget(
  { flags, session }: Invocation<typeof restoreFlags>,
  { archive, contents, signal, target }: Given & { readonly target: string },
): Promise<void> {
  const { out, paths } = session;
  if (!flags.dryRun) {
    using bar = showProgress(session, "Restoring", statSync(archive).size);
    await restoreToTarget({ archive, contents, signal, target, onProgress: (count) => bar.at(count) });
  }
  if (flags.json) {
    const facts = factsOf(archive, contents);
    out.json({ ok: true, ...facts, targetPath: target, dryRun: flags.dryRun, warnings: WARNINGS });
    return;
  }
  const shown = displayPath(target, paths.home);
  const what = `${plural(contents.files.size, "file")}, ${bytes(contents.bytes)}`;
  out.line(flags.dryRun ? `Would restore ${what} to ${shown}.` : `Restored ${what} to ${shown}.`);
  for (const { kind, archivePath } of contents.manifest.assets)
    out.line(`- ${kind}: ${shown}/${archivePath}`);
  if (!flags.dryRun)
    out.note("Nothing else was changed. A state folder there can be used with OPENCLAW_STATE_DIR.");
}

async function inPlace(
  { flags, session }: Invocation<typeof restoreFlags>,
  { archive, contents, signal }: Given,
): Promise<number | undefined> {
  const { out } = session;
  if (!flags.dryRun) {
    refuseForeignState(session);
    await finishInterrupted(session);
  }
  const plan = await planInPlace(session, contents);
  if (!flags.json || !flags.dryRun) {
    const say = flags.dryRun ? (line: string) => out.line(line) : (line: string) => out.note(line);
    for (const line of planLines(session, contents, plan)) say(line);
  }
  const facts = { ...factsOf(archive, contents), ...planFacts(plan), warnings: WARNINGS };
  if (flags.dryRun) {
    if (flags.json) out.json({ ok: true, ...facts, dryRun: true });
    else out.line("Dry run only; nothing was changed.");
    return undefined;
  }
  for (const warning of WARNINGS) out.note(warning);
  const agreed = await agreeTo(session, flags, "Replace what is here by the backup?");
  if (agreed === undefined) {
    out.note("Nothing was changed.");
    return EXIT_FAILURE;
  }
  const restarted = await agreed.whileStopped(async () => {
    using bar = showProgress(session, "Restoring", statSync(archive).size);
    await restoreInPlace({ session, archive, contents, plan, signal, onProgress: (count) => bar.at(count) });
  });
  if (flags.json) out.json({ ok: true, ...facts, dryRun: false, serviceRestarted: restarted });
  else reportPlaces(session, contents, plan, restarted);
  return undefined;
}

function planLines({ paths }: Session, { manifest }: ArchiveContents, plan: RestorePlan): string[] {
  const show = (path: string) => displayPath(path, paths.home);
  return [
    `Backup of ${manifest.createdAt}, made by openclaw ${manifest.runtimeVersion}:`,
    ...plan.places.map(({ kind, to, aside }) =>
      aside === undefined
        ? `- ${kind}: ${show(to)} (new)`
        : `- ${kind}: ${show(to)}; what is there now goes to ${show(aside)}`,
    ),
    ...plan.carried.map(({ to }) => `- kept as it is: ${show(to)}`),
    ...plan.left.map(({ kind, path, reason }) => `- not restored: ${kind} ${show(path)} (${reason})`),
  ];
}

function planFacts({ places, left }: RestorePlan) {
  return {
    restored: places.map(({ kind, to, aside }) => ({ kind, path: to, previous: aside ?? null })),
    notRestored: left,
  };
}

function reportPlaces(
  session: Session,
  { manifest }: ArchiveContents,
  plan: RestorePlan,
  restarted: boolean,
): void {
  const { out, paths } = session;
  const show = (path: string) => displayPath(path, paths.home);
  for (const { kind, to } of plan.places) out.line(`Restored ${kind}: ${show(to)}`);
  const kept = plan.places.flatMap(({ to, aside }) => (aside === undefined ? [] : [{ to, aside }]));
  if (kept.length > 0) {
    out.note("To undo it, stop the gateway and put back what was there:");
    for (const { to, aside } of kept) {
      const [here, restored, before] = [to, `${to}.restored`, aside].map((path) =>
        shellPath(path, paths.home),
      );
      out.note(`  mv ${here} ${restored} && mv ${before} ${here}`);
    }
  }
  if (manifest.paths.stateDir !== paths.stateDir) {
    out.warn(
      `The backup was made in ${manifest.paths.stateDir}: paths in its configuration may name places of the other machine.`,
    );
  }
  out.note(
    restarted
      ? "The gateway runs again. Look it over: openclaw doctor"
      : "Look it over, then start it: openclaw doctor",
  );
}
