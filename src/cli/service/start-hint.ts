import { existsSync } from "node:fs";
import type { GatewayTarget } from "../../client/index.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { openService } from "./seat.ts";

/** A failure to reach the gateway of this machine; where it is a service, that is what has to be started. */
export async function withStartHint(
  session: Session,
  failure: unknown,
  target: GatewayTarget,
): Promise<unknown> {
  const advised = failure instanceof CliError && failure.hint?.startsWith("Start it with:") === true;
  if (!advised || target.urlSource !== "local loopback") return failure;
  const { service } = await openService(session);
  if (service === undefined || service.identity.relocated || !existsSync(service.identity.path))
    return failure;
  const { message, type, exitCode, fields, beside, cause } = failure;
  const hint = "Start it with: openclaw gateway start";
  return new CliError(message, { type, exitCode, fields, beside, cause, hint });
}
