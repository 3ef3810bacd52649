import {
  type GatewayClient,
  type GatewayTarget,
  isTransient,
  pause,
  type ReconnectNotice,
  retrying,
} from "../../client/index.ts";
import type { logs } from "../../protocol/index.ts";
import type { Invocation, Run } from "../command.ts";
import type { logsFlags } from "../commands/top.ts";
import { CliError } from "../errors.ts";
import { gatewayFailure } from "../rpc/failure.ts";
import { findTarget, openGateway } from "../rpc/gateway.ts";
import type { Session } from "../session.ts";
import { spanOf } from "../words.ts";
import { readLogFile } from "./log-file.ts";
import type { LogPage } from "./log-page.ts";
import { LogPrinter } from "./log-printer.ts";

type Flags = Invocation<typeof logsFlags>["flags"];

export const run: Run<typeof logsFlags> = async ({ flags, session }) => {
  if (flags.localTime && flags.utc) throw new CliError("Use either --local-time or --utc, not both.");
  const target = await findTarget(session, flags);
  const printer = new LogPrinter(session.out, flags);
  try {
    await (flags.follow ? follow(session, target, flags, printer) : once(session, target, flags, printer));
  } catch (error) {
    return refuse(session, flags, gatewayFailure(error, target));
  }
  return;
};

async function once(
  session: Session,
  target: GatewayTarget,
  flags: Flags,
  printer: LogPrinter,
): Promise<void> {
  let client: GatewayClient | undefined;
  try {
    client = await open(session, target, flags);
    printer.page(await tail(client, flags), "file");
  } catch (error) {
    const page = target.implicitLocal && isTransient(error) ? await readLogFile(session, flags) : undefined;
    if (!page) throw error;
    printer.notice("Local Gateway RPC unavailable; reading configured file log instead.");
    printer.page(page, "file", true);
  } finally {
    await client?.close();
  }
}

/** Polls with a cursor; a lost connection is taken up again where the cursor stands. */
async function follow(
  session: Session,
  target: GatewayTarget,
  flags: Flags,
  printer: LogPrinter,
): Promise<void> {
  const { clock } = session;
  const signal = session.interrupted();
  let client: GatewayClient | undefined;
  let cursor: number | undefined;
  const look = async (): Promise<LogPage> => {
    try {
      client ??= await open(session, target, flags);
      return await tail(client, flags, cursor);
    } catch (error) {
      await client?.close();
      client = undefined;
      throw error;
    }
  };
  const onRetry = ({ attempt, maxAttempts, delayMs, cause }: ReconnectNotice): void =>
    printer.notice(`[logs] ${cause.message} Reconnecting in ${spanOf(delayMs)} (${attempt}/${maxAttempts}).`);
  const lookAgain = async (cause: unknown): Promise<LogPage> => {
    if (signal.aborted || !isTransient(cause)) throw cause;
    const page = await retrying(cause, look, { clock, signal, onRetry });
    printer.notice("[logs] gateway reconnected");
    return page;
  };
  try {
    while (!signal.aborted) {
      const page = await look().catch(lookAgain);
      cursor = page.cursor;
      printer.page(page, "file");
      if (!moreWaits(page)) await pause(flags.interval, { clock, signal });
    }
  } catch (error) {
    // Whoever ends the following does not want to hear what it was waiting for.
    if (!signal.aborted) throw error;
  } finally {
    await client?.close();
  }
}

/** A full page says that the next one is waiting already. */
function moreWaits(page: LogPage): boolean {
  return page.truncated === true && page.cursor < page.size;
}

function open(session: Session, target: GatewayTarget, flags: Flags): Promise<GatewayClient> {
  return openGateway(session, target, flags.timeout, { scopes: ["operator.read"] });
}

function tail(client: GatewayClient, flags: Flags, cursor?: number): Promise<LogPage> {
  return client.request<typeof logs.tail>(
    "logs.tail",
    { limit: flags.limit, maxBytes: flags.maxBytes, ...(cursor !== undefined && { cursor }) },
    { timeoutMs: flags.timeout },
  );
}

/** In JSON mode stdout carries log records only, so the failure is a record on stderr. */
function refuse(session: Session, flags: Flags, error: unknown): number {
  if (!flags.json || !(error instanceof CliError)) throw error;
  session.out.noteRecord({
    type: "error",
    message: error.message,
    error: error.message,
    details: { ...error.fields, ...error.beside },
    ...(error.hint !== undefined && { hint: error.hint }),
  });
  return error.exitCode;
}
