import { type ConfigSummary, readConfigSummary } from "../../rpc/target-config.ts";
import type { Session } from "../../session.ts";
import type {
  AuditIssue,
  ForeignService,
  InstalledCommand,
  Service,
  ServiceError,
  ServiceKind,
  ServiceStatus,
} from "../contract.ts";
import { isServiceError } from "../failure.ts";
import { type InstalledGateway, installedGateway } from "./installed-gateway.ts";
import { openService, type ServiceSeat } from "../seat.ts";

/** Time that the programs of a supervisor have for a status: whoever asks is answered within a second. */
const BUDGET_MS: Readonly<Record<ServiceKind, number>> = {
  launchd: 700,
  systemd: 700,
  // The Task Scheduler's own programs take hundreds of ms each to start.
  schtasks: 3_000,
};

/** What can be said of this gateway's service without touching it. */
export interface ServiceReport {
  readonly seat: ServiceSeat;
  /** `undefined` where there is no supervisor, or it gave no answer; `absence` says why. */
  readonly status: ServiceStatus | undefined;
  readonly absence: ServiceError | undefined;
  /** The gateway as the service starts it; `undefined` when none is installed. */
  readonly installed: InstalledGateway | undefined;
  /** The configuration as the service sees it. */
  readonly config: ConfigSummary | undefined;
  /** Differences between what is installed and what should be. */
  readonly issues: readonly AuditIssue[];
  readonly others: readonly ForeignService[];
}

/** Asks the supervisor about the service, its definition and others like it. Never rejects for what it answers. */
export async function inspectService(
  session: Session,
  options: { readonly deep: boolean },
): Promise<ServiceReport> {
  const seat = await openService(session, { budgetMs: budgetOf(session) });
  const { service } = seat;
  if (service === undefined) return nothing(seat, seat.absence);
  const [status, absence] = await answerOf(() => service.status());
  const others = (await answerOf(() => service.others(options)))[0] ?? [];
  if (status?.command === undefined) return { ...nothing(seat, absence), status, others };
  const installed = installedGateway(session, status.command);
  const config = await readConfigSummary(installed.session);
  const issues = await auditOf(seat, service);
  return { seat, status, absence, installed, config, issues, others };
}

function budgetOf({ env }: Session): number {
  return BUDGET_MS[env.service.manager ?? (env.system.platform === "win32" ? "schtasks" : "systemd")];
}

/** What an overview shows of a service. */
export type BriefService = Pick<ServiceReport, "seat" | "status" | "absence">;

/** The same in short: asks the supervisor for the state of the service and no more. */
export async function inspectBriefly(session: Session): Promise<BriefService> {
  const seat = await openService(session, { budgetMs: budgetOf(session) });
  const { service } = seat;
  if (service === undefined) return { seat, status: undefined, absence: seat.absence };
  const [status, absence] = await answerOf(() => service.status());
  return { seat, status, absence };
}

/** Variables of a definition that people may see: secrets stay out, whatever file they stand in. */
export function publicEnvironment({
  environment,
  environmentValueSources,
}: InstalledCommand): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment)
      .filter(([name]) => environmentValueSources[name] !== "file")
      .map(([name, value]) => [name, SECRET_NAME.test(name) ? "***" : value]),
  );
}

const SECRET_NAME = /TOKEN|PASSWORD|PASSWD|SECRET|API_?KEY|CREDENTIAL|PRIVATE_?KEY/i;

async function auditOf(seat: ServiceSeat, service: Service): Promise<readonly AuditIssue[]> {
  return (await answerOf(async () => service.audit(await seat.expected())))[0] ?? [];
}

function nothing(seat: ServiceSeat, absence: ServiceError | undefined): ServiceReport {
  return {
    seat,
    status: undefined,
    absence,
    installed: undefined,
    config: undefined,
    issues: [],
    others: [],
  };
}

/** The answer, or why there is none. */
async function answerOf<T>(
  ask: () => Promise<T>,
): Promise<readonly [T | undefined, ServiceError | undefined]> {
  try {
    return [await ask(), undefined];
  } catch (error) {
    if (isServiceError(error)) return [undefined, error];
    throw error;
  }
}
