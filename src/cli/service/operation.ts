import type { Operation, ServiceStatus } from "./contract.ts";
import type { Answer } from "./answer.ts";
import type { LifecycleAction } from "./lifecycle-log.ts";

/** How the supervisor names the service and its states; `service` of `--json`. */
export type ServiceFacts = Pick<ServiceStatus, "label" | "loaded" | "loadedText" | "notLoadedText">;

/** What was done to the gateway's life, and what came of it. */
export interface GatewayOperation extends Operation {
  readonly action: LifecycleAction;
  /** After it; absent where there is no supervisor. */
  readonly service: ServiceFacts | undefined;
  /** The gateway that answered afterwards; absent when none should. */
  readonly answer: Answer | undefined;
  /** Commands that come next. */
  readonly hints: readonly string[];
}

export function factsOf(status: ServiceStatus | undefined): ServiceFacts | undefined {
  if (status === undefined) return undefined;
  const { label, loaded, loadedText, notLoadedText } = status;
  return { label, loaded, loadedText, notLoadedText };
}
