import type { AuthStatus } from "./auth-status.ts";
import type { ListedModel, ListQuery } from "./list.ts";
import type { ProbeRequest, ProbeResult } from "./probe.ts";
import type { SignIns } from "./sign-ins.ts";

/** What operators see of the models and do with them. */
export interface ModelAdmin {
  list(query: ListQuery): Promise<readonly ListedModel[]>;
  /** A tiny real request for each credential of a provider. */
  probe(request: ProbeRequest): Promise<ProbeResult>;
  authStatus(options?: { readonly refresh?: boolean }): Promise<AuthStatus>;
  readonly signIns: SignIns;
}
