import { isRecord } from "../../client/index.ts";
import { accountOption } from "../../config/index.ts";
import { pause } from "../../lib/clock.ts";
import type { Run } from "../command.ts";
import type { loginFlags } from "../commands/chats/channels.ts";
import { CliError, EXIT_FAILURE, EXIT_OK } from "../errors.ts";
import { withGateway } from "../rpc/gateway.ts";
import type { GatewayClient } from "../../client/index.ts";
import type { Session } from "../session.ts";
import { accountId } from "./account-path.ts";
import { channelNamed, linkedChannels } from "./known.ts";
import { CodeScreen } from "./link/code-screen.ts";
import { followLogin, type LoginProgress } from "./link/follow-login.ts";

const ACCESS = { scopes: ["operator.admin"] } as const;

/** Whoever stopped a program with Ctrl-C gets this from it. */
const EXIT_INTERRUPTED = 130;

/** How long a fresh link has to be seen connected; it goes on by itself when it takes longer. */
const CONNECT_PATIENCE_MS = 15_000;

/** Pace of looking whether it is. */
const LOOK_MS = 250;

export const run: Run<typeof loginFlags> = async ({ flags, args, session }) => {
  const { out, clock } = session;
  const channel = await channelToLink(args[0], flags.channel);
  const account = accountId(flags.account);
  const signal = session.interrupted();
  // In `--json` the code is a remark, so that it can be scanned and the result can be read by a program.
  const screen = new CodeScreen({
    clock,
    isTerminal: out.interactive && !flags.json,
    color: flags.json ? out.colorOfNotes : out.color,
    write: (text) => (flags.json ? out.note(text.trimEnd()) : out.raw(text)),
  });
  const wish = { channel: channel.meta.id, force: flags.force, verbose: flags.verbose };
  const { progress, state } = await withGateway(session, flags, ACCESS, async (client) => {
    const progress = await followLogin(
      client,
      { ...wish, ...(account !== undefined && { accountId: account }) },
      { screen, told: (message) => out.note(message), signal },
    );
    const isNew = progress.connected === true && progress.sessionKey !== undefined;
    return { progress, state: isNew ? await connection(client, progress, session) : undefined };
  });
  if (flags.json) out.json(jsonOf({ ...progress, message: out.shown(progress.message) }, state));
  else tell(session, progress, state);
  if (progress.connected === true) return EXIT_OK;
  return progress.outcome === "cancelled" && signal.aborted ? EXIT_INTERRUPTED : EXIT_FAILURE;
};

/** The channel that is meant: the only one with a login when none is named. @throws CliError */
async function channelToLink(argument: string | undefined, flag: string | undefined) {
  const linked = await linkedChannels();
  const [only] = linked;
  const isOpen = argument === undefined && flag === undefined;
  const channel = isOpen && only && linked.length === 1 ? only : await channelNamed(argument, flag);
  if (linked.some(({ meta }) => meta.id === channel.meta.id)) return channel;
  throw new CliError(`Channel "${channel.meta.id}" does not support login: its accounts have a token.`, {
    hint: `Add or change it: openclaw channels add ${channel.meta.id}`,
  });
}

/** How an account stands. */
interface Standing {
  readonly lifecycle: string;
  readonly error?: string;
  readonly dmPolicy?: string;
}

/** How the account stands once it had time to connect; undefined when that cannot be said. */
async function connection(
  client: GatewayClient,
  { channel, accountId: id }: LoginProgress,
  { clock }: Session,
): Promise<Standing | undefined> {
  const until = clock.monotonic() + CONNECT_PATIENCE_MS;
  for (;;) {
    const answer = await client.call("channels.status", { channel });
    const accounts =
      isRecord(answer) && isRecord(answer.channelAccounts) ? answer.channelAccounts[channel] : [];
    const row = (Array.isArray(accounts) ? accounts.filter(isRecord) : []).find(
      (one) => one.accountId === id,
    );
    const lifecycle = typeof row?.lifecycle === "string" ? row.lifecycle : undefined;
    const isDecided = lifecycle === undefined || !["starting", "recovering"].includes(lifecycle);
    if (isDecided || clock.monotonic() >= until) {
      if (lifecycle === undefined) return undefined;
      return {
        lifecycle,
        ...(typeof row?.lastError === "string" && { error: row.lastError }),
        ...(typeof row?.dmPolicy === "string" && { dmPolicy: row.dmPolicy }),
      };
    }
    await pause(clock, LOOK_MS);
  }
}

function tell({ out }: Session, progress: LoginProgress, state: Standing | undefined): void {
  const { channel, accountId: id, message, connected, sessionKey } = progress;
  if (connected !== true) {
    out.warn(message);
    return;
  }
  out.line(message);
  if (sessionKey === undefined) return;
  if (state?.lifecycle === "ready") out.line("It is connected.");
  else if (state !== undefined) {
    out.warn(`It is not connected yet${state.error === undefined ? "" : `: ${state.error}`}`);
    out.note("See how it is: openclaw channels status --probe");
  }
  out.note(whoIsHeard(channel, id, state?.dmPolicy));
}

/** Who may write to the account now, and how that is changed. */
function whoIsHeard(channel: string, id: string, dmPolicy = "pairing"): string {
  const which = accountOption(id);
  switch (dmPolicy) {
    case "open":
      return `Whoever writes to it is answered (dmPolicy "open"). Ask for codes instead: openclaw config set channels.${channel}.dmPolicy pairing`;
    case "allowlist":
      return `Only numbers in allowFrom are answered. See them: openclaw config get channels.${channel}.allowFrom`;
    case "disabled":
      return `Nobody is answered (dmPolicy "disabled"). Let people ask: openclaw config set channels.${channel}.dmPolicy pairing`;
    default:
      return `Whoever writes to it is answered with a code, and nobody else gets in. Let somebody in: openclaw pairing approve ${channel} <code>${which}`;
  }
}

/** Without the code: it is no result, and whoever reads the output later has no use for it. */
function jsonOf(
  { qrDataUrl: _picture, qrText: _text, qrExpiresAtMs: _until, ...progress }: LoginProgress,
  state: { readonly lifecycle: string } | undefined,
) {
  const isLinked = progress.connected === true;
  return {
    ok: isLinked,
    ...progress,
    ...(state && { lifecycle: state.lifecycle }),
    ...(!isLinked && { error: { type: "cli_error", message: progress.message } }),
  };
}
