import { lstatSync } from "node:fs";
import { isRecord } from "../../client/index.ts";
import { displayPath, PRIVATE_FILE_MODE } from "../../config/index.ts";
import { runningGateway } from "../../lib/locks/index.ts";
import { openRoster } from "../agents/roster.ts";
import { withReference } from "../channels/configured.ts";
import { type KnownChannel, knownChannels } from "../channels/known.ts";
import { openConfig } from "../config/open.ts";
import { noFlags } from "../rpc/flags.ts";
import { callGateway } from "../rpc/gateway.ts";
import type { Session } from "../session.ts";
import type { Check, Finding } from "./check.ts";
import { tooOpen } from "./permissions.ts";

/** A gateway on this machine answers within this, or is too busy to be called well. */
const ANSWER_TIMEOUT_MS = 5_000;

/** What a person does about messages that wait for one. */
const LOOK = "See them, and what can be done: openclaw message queue list";

/** Accounts can be connected, what the configuration says of them does what it says, and no message waits for a person. */
export const channelsCheck: Check = {
  id: "channels",
  title: "Channels",
  reason: "An account that is not connected hears nobody, and a message that was given up is read by nobody.",
  async run(session) {
    const { config, variables, valid } = await openConfig(session).load();
    if (!valid) return { skipped: "the configuration cannot be used" };
    const places = (await knownChannels()).flatMap((channel) =>
      channel.accounts(config, variables).map((account) => ({ channel, account })),
    );
    if (places.length === 0) return [];
    const { paths, clock } = session;
    const isRunning = runningGateway({ stateLockPath: paths.stateLockPath, clock }) !== undefined;
    return [
      ...places.flatMap(({ account }) => tokenFileFindings(account, session)),
      ...(isRunning
        ? await asked(session)
        : [
            ...places.flatMap(({ account }) => unusable(config, account)),
            ...(await misleading(places, session)),
            ...(await stranded(session)),
          ]),
    ];
  },
};

interface Place {
  readonly channel: KnownChannel;
  readonly account: ReturnType<KnownChannel["accounts"]>[number];
}

/** Whoever reads the file of a token is the bot. That it cannot be read is said with the account. */
function tokenFileFindings({ settings }: Place["account"], { env, paths }: Session): Finding[] {
  const path = "tokenFile" in settings ? settings.tokenFile : undefined;
  if (path === undefined || env.system.platform === "win32") return [];
  const stat = lstatSync(path, { throwIfNoEntry: false });
  const mode = (stat?.mode ?? 0) & 0o777;
  if (!stat?.isFile() || (mode & 0o077) === 0) return [];
  return [tooOpen(path, displayPath(path, paths.home), mode, PRIVATE_FILE_MODE)];
}

/** What the running gateway says of its channels. */
async function asked(session: Session): Promise<Finding[]> {
  const flags = noFlags(ANSWER_TIMEOUT_MS);
  const answer = await callGateway(session, flags, { scopes: ["operator.read"] }, "channels.status", {});
  const issues = isRecord(answer) && Array.isArray(answer.statusIssues) ? answer.statusIssues : [];
  return issues.filter(isRecord).map(({ channel, accountId, message, fix }) => ({
    severity: "warning",
    message: String(message),
    target: `${String(channel)} ${String(accountId)}`,
    ...(typeof fix === "string" && { fixHint: fix }),
  }));
}

function unusable(config: unknown, account: Place["account"]): Finding[] {
  const { id, enabled, problem } = withReference(config, account);
  if (!enabled || problem === undefined) return [];
  return [{ severity: "error", message: problem, target: `${account.channel} ${id}` }];
}

/** Settings that do not do what they say. */
async function misleading(places: readonly Place[], session: Session): Promise<Finding[]> {
  const { configFindings } = await import("../../channels/index.ts");
  const { config, roster } = await openRoster(session);
  return configFindings(places, config.current.config, (id) => roster.has(id)).map(
    ({ path, message, fix }): Finding => ({ severity: "warning", message, target: path, fixHint: fix }),
  );
}

/** Messages in the state at rest that nothing happens to until a person decides. */
async function stranded({ paths }: Session): Promise<Finding[]> {
  const { inspectStore } = await import("../../store/index.ts");
  const found = inspectStore(paths.dbPath);
  // Of damage the check of the database tells.
  if (found.state !== "sound") return [];
  const { unanswered, uncertain, undelivered } = found.stranded;
  const rows: readonly (readonly [number, string])[] = [
    [uncertain, "went out and may or may not have arrived; nothing is sent twice by itself"],
    [undelivered, "could not be delivered"],
    [unanswered, "came in and could not be answered"],
  ];
  return rows.flatMap(([count, what]): Finding[] =>
    count === 0
      ? []
      : [
          {
            severity: "warning",
            message: `${count === 1 ? "1 message" : `${count} messages`} ${what}.`,
            fixHint: `With the gateway running: ${LOOK}`,
          },
        ],
  );
}
