/** How the gateway listens. */
export const BIND_MODES = ["auto", "loopback", "lan", "tailnet", "custom"] as const;

export type BindMode = (typeof BIND_MODES)[number];

export type BindSource = "flag" | "config" | "default";

/** One address to listen on; the start fails when a required one cannot be bound. */
export interface BindAddress {
  readonly host: string;
  readonly required: boolean;
}

export interface BindPlan {
  readonly mode: BindMode;
  readonly source: BindSource;
  /** The address others are told, for example `0.0.0.0`. */
  readonly host: string;
  readonly addresses: readonly BindAddress[];
  /** True when anything but this machine can reach the port; such a bind needs a credential. */
  readonly exposed: boolean;
  /** Why the plan differs from what the mode's name promises, for `status` and the log. */
  readonly note: string | undefined;
}

export interface BindInputs {
  /** `--bind`. */
  readonly flag?: BindMode | undefined;
  /** `gateway.bind`. */
  readonly config?: BindMode | undefined;
  /** `gateway.customBindHost`, an IPv4 address. */
  readonly customHost?: string | undefined;
  /** True inside a container, where a published port arrives from outside the loopback. */
  readonly inContainer?: boolean | undefined;
  /** This machine's own IPv4 addresses; only asked for `tailnet`. */
  readonly localAddresses?: (() => readonly string[]) | undefined;
}

const LOOPBACK: readonly BindAddress[] = [
  { host: "127.0.0.1", required: true },
  { host: "::1", required: false },
];

/** `gateway.bind` is `custom` and `gateway.customBindHost` is missing or no IPv4 address. */
export class InvalidBindError extends Error {
  constructor(host: string | undefined) {
    super(
      `gateway.bind is "custom" but gateway.customBindHost is ${host === undefined ? "not set" : `"${host}"`}: ` +
        `set it to an IPv4 address of this machine, for example openclaw config set gateway.customBindHost 192.168.1.10`,
    );
    this.name = "InvalidBindError";
  }
}

/** The listening addresses: flag, then `gateway.bind`, then loopback. Throws `InvalidBindError`. */
export function resolveBind(inputs: BindInputs): BindPlan {
  const mode = inputs.flag ?? inputs.config ?? "loopback";
  const source: BindSource =
    inputs.flag !== undefined ? "flag" : inputs.config !== undefined ? "config" : "default";
  const onLoopback = (note?: string): BindPlan => ({
    mode,
    source,
    host: "127.0.0.1",
    addresses: LOOPBACK,
    exposed: false,
    note,
  });
  const onAll = (note?: string): BindPlan => ({
    mode,
    source,
    host: "0.0.0.0",
    addresses: [{ host: "0.0.0.0", required: true }],
    exposed: true,
    note,
  });
  const on = (host: string): BindPlan => ({
    mode,
    source,
    host,
    addresses: [
      { host, required: true },
      { host: "127.0.0.1", required: true },
    ],
    exposed: true,
    note: undefined,
  });
  switch (mode) {
    case "loopback":
      return onLoopback();
    case "lan":
      return onAll();
    case "auto":
      return inputs.inContainer
        ? onAll("inside a container: listening on 0.0.0.0 for published ports")
        : onLoopback();
    case "tailnet": {
      const address = (inputs.localAddresses?.() ?? []).find(isTailnetAddress);
      return address === undefined
        ? onLoopback("no tailnet address on this machine: listening on loopback only")
        : on(address);
    }
    case "custom": {
      const host = inputs.customHost?.trim();
      if (host === undefined || !isIpv4(host)) throw new InvalidBindError(inputs.customHost);
      if (host === "0.0.0.0") return onAll();
      return host.startsWith("127.")
        ? { ...on(host), addresses: loopbackAnd(host), exposed: false }
        : on(host);
    }
  }
}

/** True for the addresses Tailscale gives out (100.64.0.0/10). */
export function isTailnetAddress(host: string): boolean {
  if (!isIpv4(host)) return false;
  const [first, second] = host.split(".").map(Number);
  return first === 100 && second !== undefined && second >= 64 && second <= 127;
}

function isIpv4(host: string): boolean {
  const parts = host.split(".");
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

function loopbackAnd(host: string): readonly BindAddress[] {
  return host === "127.0.0.1" ? LOOPBACK : [{ host, required: true }, ...LOOPBACK];
}
