/** Why an operation was not carried out. The message is for a person, each hint is a command or a place to look. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";

  constructor(
    readonly code: ServiceErrorCode,
    message: string,
    readonly hints: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export type ServiceErrorCode =
  | "not-installed"
  | "no-supervisor"
  | "no-user-bus"
  | "no-session"
  | "disabled"
  | "system-service"
  | "access-denied"
  | "external"
  | "relocated"
  | "bad-profile"
  | "bad-name"
  | "failed"
  | "timeout";

/** There is nothing here that could keep a service running. */
export function noSupervisor(): ServiceError {
  return new ServiceError("no-supervisor", "No supported service manager was found on this machine.", [
    "Run it in the foreground: openclaw gateway run",
  ]);
}
