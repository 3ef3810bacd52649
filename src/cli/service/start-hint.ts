import { existsSync } from "node:fs";
import type { GatewayTarget } from "../../client/index.ts";
import { openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import { startAdvice } from "../rpc/start-advice.ts";
import type { Session } from "../session.ts";
import { openService } from "./seat.ts";

/** A failure to reach the gateway of this machine; what is said to be done about it fits this machine. */
export async function withStartHint(
  session: Session,
  failure: unknown,
  target: GatewayTarget,
): Promise<unknown> {
  const advised = failure instanceof CliError && failure.hint === startAdvice(target.configuredLocal);
  if (!advised || target.urlSource !== "local loopback") return failure;
  const hint = await hintFor(session);
  if (hint === undefined) return failure;
  const { message, type, exitCode, fields, beside, cause } = failure;
  return new CliError(message, { type, exitCode, fields, beside, cause, hint });
}

/** Neither a broken configuration nor an installed service is helped by starting a gateway in the foreground. */
async function hintFor(session: Session): Promise<string | undefined> {
  if (!openConfig(session).peek().valid)
    return "The configuration is not valid. See what mends it: openclaw doctor";
  const { service } = await openService(session);
  const isOurs = service !== undefined && !service.identity.relocated && existsSync(service.identity.path);
  return isOurs ? "Start it with: openclaw gateway start" : undefined;
}
