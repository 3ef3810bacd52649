import type { models as spec, ParamsOf, ResultOf } from "../../protocol/index.ts";
import { isElsewhere } from "../rpc/elsewhere.ts";
import type { GatewayFlags } from "../rpc/flags.ts";
import type { Session } from "../session.ts";
import type { Room } from "./agent.ts";

export type ModelChoice = ResultOf<typeof spec.list>["models"][number];
export type AuthStatus = Awaited<ReturnType<Room["authStatus"]>>;
export type ProbeOutcome = ResultOf<typeof spec.probe>;

/** The models of a gateway, or of the files it would work with while it is down. */
export interface ModelsAccess {
  /** Who answers: a gateway, or this program from the files. */
  readonly from: "gateway" | "files";
  list(params: ParamsOf<typeof spec.list>): Promise<readonly ModelChoice[]>;
  probe(params: ParamsOf<typeof spec.probe>): Promise<ProbeOutcome>;
  authStatus(): Promise<AuthStatus>;
  /** Returns the id of the profile. */
  store(params: ParamsOf<typeof spec.authSetApiKey>): Promise<string>;
  /** Returns the ids that were removed. */
  logout(params: ParamsOf<typeof spec.authLogout>): Promise<readonly string[]>;
  setOrder(params: ParamsOf<typeof spec.authOrderSet>): Promise<void>;
}

/** What the work needs a right for. */
export type ModelsRight = "operator.read" | "operator.admin";

/**
 * Does work on the models of the gateway that the options or the configuration name. While no gateway runs on this
 * machine's state folder, and none elsewhere is meant, the files are worked on directly. Throws `CliError`.
 */
export async function withModels<T>(
  session: Session,
  flags: GatewayFlags,
  right: ModelsRight,
  work: (models: ModelsAccess) => Promise<T>,
): Promise<T> {
  if (await isElsewhere(session, flags)) {
    const { withRemoteModels } = await import("./remote.ts");
    return withRemoteModels(session, flags, right, work);
  }
  const { withLocalModels } = await import("./local.ts");
  return withLocalModels(session, right, work);
}
