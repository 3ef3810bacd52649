import { askLoopback, type LoopbackRequest } from "../../../lib/loopback-http.ts";
import { describeOwners, type PortOwner } from "../../../lib/port-owner.ts";

/** A gateway that answers at a port, by its own account. */
export interface PortHolder {
  readonly pid: number | undefined;
  readonly version: string | undefined;
  /** `OpenClaw Gateway (rescue)`. */
  readonly name: string;
}

/**
 * One that lives answers within ms, on a busy machine later, and to take it for dead has consequences: its supervisor would
 * have the other one started again and again. So whoever may be a gateway has time …
 */
const GATEWAY_TIMEOUT_MS = 5_000;

/** … and who is known as another program has less: a start that is refused has to be over within a second. */
const STRANGER_TIMEOUT_MS = 400;

/** What a gateway is called that says nothing of itself. */
const NAMELESS = "a gateway";

/** Asks whoever listens there whether it is a gateway that is well; `undefined` when it is none, or does not answer. */
export async function askHolder(port: number, isStranger: boolean): Promise<PortHolder | undefined> {
  const timeoutMs = isStranger ? STRANGER_TIMEOUT_MS : GATEWAY_TIMEOUT_MS;
  const found = await Promise.all([false, true].map((tls) => askOver({ port, tls, timeoutMs })));
  return found.find((holder) => holder !== undefined);
}

async function askOver(
  place: Pick<LoopbackRequest, "port" | "tls" | "timeoutMs">,
): Promise<PortHolder | undefined> {
  try {
    const at = { host: "127.0.0.1", ...place };
    const [alive, ready] = await Promise.all([
      askLoopback({ ...at, path: "/healthz" }),
      askLoopback({ ...at, path: "/readyz" }),
    ]);
    if (alive.status !== 200 || text(JSON.parse(alive.body), "status") !== "live") return undefined;
    const self = field(JSON.parse(ready.body), "gateway");
    const pid = field(self, "pid");
    return {
      pid: typeof pid === "number" ? pid : undefined,
      version: text(self, "version"),
      name: text(self, "name") ?? NAMELESS,
    };
  } catch {
    // Not there in time, not HTTP, or not JSON: whatever it is, it is no gateway that is well.
    return undefined;
  }
}

/** Who has the port, a line each: what the machine knows of the process, and what the gateway says of itself. */
export function describeHolder(holder: PortHolder | undefined, owners: readonly PortOwner[]): string[] {
  if (holder === undefined) return describeOwners(owners);
  const version = holder.version === undefined ? "" : `, version ${holder.version}`;
  const self = `${holder.name}${version}`;
  if (owners.length === 0) return [`- ${holder.pid === undefined ? "" : `pid ${holder.pid}: `}${self}`];
  return owners.flatMap((owner) =>
    describeOwners([owner]).map((line) =>
      holder.pid === undefined || holder.pid === owner.pid ? `${line}: ${self}` : line,
    ),
  );
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function text(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === "string" ? found : undefined;
}
