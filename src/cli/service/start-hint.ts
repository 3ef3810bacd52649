import { existsSync } from "node:fs";
import type { GatewayTarget } from "../../client/index.ts";
import { openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import { startAdvice } from "../rpc/start-advice.ts";
import type { Session } from "../session.ts";
import { outlivedConfig, outlivedLines } from "./outlived-config.ts";
import { openService } from "./seat.ts";

/** A failure to reach the gateway of this machine; what is said to be done about it fits this machine. */
export async function withStartHint(
  session: Session,
  failure: unknown,
  target: GatewayTarget,
): Promise<unknown> {
  if (!(failure instanceof CliError) || target.urlSource !== "local loopback") return failure;
  const hint =
    failure.type === "gateway_credentials_required"
      ? outlivedHint(session)
      : failure.hint === startAdvice(target.configuredLocal)
        ? await hintFor(session)
        : undefined;
  if (hint === undefined) return failure;
  const { message, type, exitCode, fields, beside, cause } = failure;
  return new CliError(message, { type, exitCode, fields, beside, cause, hint });
}

/** A reset takes the token from the command line, and not from the gateway that runs. */
function outlivedHint(session: Session): string | undefined {
  const owner = outlivedConfig(session);
  return owner && outlivedLines(owner).join("\n");
}

/** Neither a broken configuration nor an installed service is helped by starting a gateway in the foreground. */
async function hintFor(session: Session): Promise<string | undefined> {
  if (!openConfig(session).peek().valid)
    return "The configuration is not valid. See what mends it: openclaw doctor";
  const { service } = await openService(session);
  const isOurs = service !== undefined && !service.identity.relocated && existsSync(service.identity.path);
  return isOurs ? "Start it with: openclaw gateway start" : undefined;
}
