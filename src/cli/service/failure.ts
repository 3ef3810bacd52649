import type { ServiceError, ServiceStatus } from "./contract.ts";
import { CliError } from "../errors.ts";
import { factsOf } from "./operation.ts";

/** A refusal of the supervisor as the command line tells it; anything else stays what it is. */
export function serviceFailure(error: unknown): unknown {
  return isServiceError(error) ? serviceRefusal(error) : error;
}

/** The same for an error that is known to be one. */
export function serviceRefusal({ message, code, hints }: ServiceError): CliError {
  return new CliError(message, {
    fields: { code },
    ...(hints.length > 0 && { hint: hints.join("\n") }),
  });
}

/** By its name: the class itself is loaded with the service's code only. */
export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && error.name === "ServiceError" && "code" in error && "hints" in error;
}

/** What an absent service is answered with. */
const INSTALL_TIPS: readonly string[] = [
  "Install it: openclaw gateway install",
  "Run one in the foreground: openclaw gateway run",
];

/** Runs a question or an order to the supervisor; its refusals come out as `CliError`. */
export async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw serviceFailure(error);
  }
}

/** The same for what only an installed service can do: that there is none is told with what to do. @throws CliError */
export async function askedOfInstalled<T>(
  status: ServiceStatus | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isServiceError(error) && error.code === "not-installed") throw notInstalled(status);
    throw serviceFailure(error);
  }
}

/** What start and restart of an absent service are answered with. */
export function notInstalled(status: ServiceStatus | undefined): CliError {
  const failure = status?.runtime.inspectionFailure;
  const none = failure?.code === "no-supervisor" ? failure : undefined;
  return new CliError(none?.detail ?? "Gateway service disabled.", {
    fields: { code: none?.code ?? "not-installed" },
    hint: (none ? (none.hints ?? INSTALL_TIPS.slice(1)) : INSTALL_TIPS).join("\n"),
    beside: { ...(status && { service: factsOf(status) }) },
  });
}

/** A service cannot start beside a gateway on the same state folder. */
export function runsByHand(pid: number, action: "start" | "install"): CliError {
  return new CliError(
    `A gateway that is no service runs on this state folder already (pid ${pid}); a second one could not start.`,
    { fields: { code: "foreground" }, hint: `Stop it, then ${action} again: openclaw gateway stop` },
  );
}
