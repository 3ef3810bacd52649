import { createHash } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { isRecord } from "../../../client/index.ts";
import { displayPath, PRIVATE_DIR_MODE, PRIVATE_FILE_MODE } from "../../../config/index.ts";
import { VERSION } from "../../../lib/version.ts";
import { localStamp } from "../../backup/archive/names.ts";
import type { Run } from "../../command.ts";
import type { diagnosticsFlags } from "../../commands/gateway.ts";
import { openConfig } from "../../config/open.ts";
import { CliError } from "../../errors.ts";
import type { Session } from "../../session.ts";
import { readLogFile } from "../../top/log-file.ts";
import { readLogLine } from "../../top/log-line.ts";
import { bytes } from "../../words.ts";
import { configShape } from "./config-shape.ts";
import { healthFacts, statusFacts } from "./facts.ts";
import { type Scrub, scrubbed, scrubberOf } from "./scrub.ts";
import { zipOf } from "./zip.ts";

/** Lines of the lifecycle log that are looked back on. */
const HISTORY_LINES = 200;

export const run: Run<typeof diagnosticsFlags> = async ({ flags, session }) => {
  const { out, paths, clock } = session;
  const target = flags.output ?? defaultPath(session);
  const { contents, unreachable } = await out.during("Collecting", collect(session, flags));
  const files = [...contents].map(([name, text]) => ({ name, content: Buffer.from(text) }));
  const manifest = {
    schemaVersion: 1,
    generatedAt: new Date(clock.now()).toISOString(),
    version: VERSION,
    files: files.map(({ name, content }) => ({
      path: name,
      bytes: content.byteLength,
      sha256: createHash("sha256").update(content).digest("hex"),
    })),
  };
  const archive = zipOf([{ name: "manifest.json", content: Buffer.from(pretty(manifest)) }, ...files]);
  const path = resolve(target);
  await writeNew(path, archive);
  if (flags.json) {
    const reach = {
      gatewayReachable: unreachable === undefined,
      ...(unreachable && { error: out.shown(unreachable) }),
    };
    out.json({ ok: true, path, bytes: archive.byteLength, ...reach, manifest });
    return;
  }
  out.line(`Wrote ${displayPath(path, paths.home)} (${bytes(archive.byteLength)})`);
  for (const { path: name, bytes: size } of manifest.files) out.line(`  ${name}  ${bytes(size)}`);
  if (unreachable !== undefined) out.warn(`Nothing of the gateway itself is in it. ${unreachable}`);
  out.note("Secrets, texts of chats and names were left out. Look it over before you share it.");
};

type Flags = Parameters<typeof run>[0]["flags"];

interface Collected {
  /** Files of the archive by name. */
  readonly contents: ReadonlyMap<string, string>;
  /** Why the gateway told nothing. */
  readonly unreachable: string | undefined;
}

async function collect(session: Session, flags: Flags): Promise<Collected> {
  const snapshot = openConfig(session).peek();
  const token = await readFile(session.paths.gatewayTokenPath, "utf8").catch(() => "");
  const given = [flags.token ?? "", flags.password ?? "", token.trim()].filter((secret) => secret !== "");
  const { shape, own } = configShape(snapshot.sourceConfig);
  const scrub = scrubberOf(session, { config: snapshot.resolved, own, secrets: given });
  const [status, health] = await Promise.all([statusFacts(session), healthFacts(session, flags)]);
  const log = await logLines(session, flags, scrub);
  const history = flags.stabilityBundle ? await historyLines(session, scrub) : [];
  const config = { exists: snapshot.exists, valid: snapshot.valid, issues: snapshot.issues.length };
  const levels = Object.groupBy(log, ({ level }) => level);
  const counts = Object.fromEntries(Object.entries(levels).map(([level, lines]) => [level, lines?.length]));
  const overview = { version: VERSION, platform: process.platform, arch: process.arch, config, log: counts };
  const unreachable = typeof health["error"] === "string" ? health["error"] : undefined;
  const contents = new Map([
    ["summary.md", summary(overview, health)],
    ["diagnostics.json", pretty(scrubbed({ ...overview, status, health }, scrub))],
    ["config/sanitized.json", pretty(shape)],
    ["status/gateway-status.json", pretty(scrubbed(status, scrub))],
    ["health/gateway-health.json", pretty(scrubbed(health, scrub))],
    ["logs/openclaw-sanitized.jsonl", log.map((line) => `${JSON.stringify(line)}\n`).join("")],
    ...(history.length === 0 ? [] : [["stability/lifecycle.log", `${history.join("\n")}\n`] as const]),
  ]);
  return { contents, unreachable };
}

interface SharedLine {
  readonly time: string | undefined;
  readonly level: string;
  readonly subsystem: string | undefined;
  readonly message: string;
}

async function logLines(session: Session, flags: Flags, scrub: Scrub): Promise<SharedLine[]> {
  const page = await readLogFile(session, { limit: flags.logLines, maxBytes: flags.logBytes });
  return (page?.lines ?? []).map(readLogLine).map(({ time, level, subsystem, message }) => ({
    time,
    level: level ?? "unknown",
    subsystem,
    message: scrub(message),
  }));
}

async function historyLines({ paths }: Session, scrub: Scrub): Promise<string[]> {
  const text = await readFile(paths.restartLogPath, "utf8").catch(() => "");
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.slice(-HISTORY_LINES).map(scrub);
}

function summary(overview: Readonly<Record<string, unknown>>, health: unknown): string {
  const answers = isRecord(health) && health["ok"] === true;
  return [
    "# OpenClaw diagnostics",
    "",
    `- Version: ${String(overview["version"])}`,
    `- System: ${String(overview["platform"])} ${String(overview["arch"])}`,
    `- Configuration: ${JSON.stringify(overview["config"])}`,
    `- Gateway answers: ${answers ? "yes" : "no"}`,
    `- Lines of today's log, by level: ${JSON.stringify(overview["log"])}`,
    "",
  ].join("\n");
}

function defaultPath({ paths, clock }: Session): string {
  return join(paths.stateDir, "support", `openclaw-diagnostics-${localStamp(clock.now())}.zip`);
}

/** Never replaces a file. @throws CliError */
async function writeNew(path: string, content: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: PRIVATE_DIR_MODE });
    const file = await open(path, "wx", PRIVATE_FILE_MODE);
    await file.writeFile(content).finally(() => file.close());
  } catch (cause) {
    const taken = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(
      taken ? `${path} is there already, and is not replaced.` : `${path} cannot be written: ${reason}`,
      {
        cause,
        hint: "Name another file: --output <file>",
      },
    );
  }
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
