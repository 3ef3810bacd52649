/** A process that listens on a port. */
export interface PortOwner {
  readonly pid: number;
  readonly command: string;
  /** The process that started it. */
  readonly ppid: number | undefined;
  readonly user: string | undefined;
  readonly address: string | undefined;
}

/** Runs a short program; `undefined` when it is not installed. */
export type RunTool = (
  command: string,
  args: readonly string[],
) => Promise<{ stdout: string; exitCode: number } | undefined>;

/** Who listens on `port`, as `lsof` sees it; `undefined` without `lsof`. */
export async function portOwners(port: number, run: RunTool): Promise<PortOwner[] | undefined> {
  const result = await run("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-FpRcLn"]);
  return result && parseLsof(result.stdout);
}

/** Every process whose name begins with `name` and that listens, with the first of its addresses; `undefined` without `lsof`. */
export async function listenersNamed(name: string, run: RunTool): Promise<PortOwner[] | undefined> {
  const result = await run("lsof", ["-nP", "-a", "-c", name, "-iTCP", "-sTCP:LISTEN", "-FpRcLn"]);
  return result && parseLsof(result.stdout);
}

/**
 * Processes of this machine that are connected to `port` of it, one entry for each connection; `undefined` without `lsof`.
 * `addresses` are this machine's own: a port of the same number elsewhere is somebody else's.
 */
export async function portClients(
  port: number,
  addresses: readonly string[],
  run: RunTool,
): Promise<PortOwner[] | undefined> {
  const result = await run("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:ESTABLISHED", "-FpRcLn"]);
  const here = new Set(
    addresses.map((address) => `${address.includes(":") ? `[${address}]` : address}:${port}`),
  );
  return (
    result && connectionsIn(result.stdout).filter(({ address }) => here.has(address?.split("->")[1] ?? ""))
  );
}

/** Reads `lsof -F` output with one entry for each socket. */
function connectionsIn(text: string): PortOwner[] {
  return text.split(/^(?=p\d+$)/m).flatMap((block) => {
    const [owner] = parseLsof(block);
    const addresses = [...block.matchAll(/^n(.+)$/gm)].map(([, address]) => address);
    return owner ? addresses.map((address) => ({ ...owner, address })) : [];
  });
}

/** Reads `lsof -F` output: one field per line, a `p` line begins a process. */
export function parseLsof(text: string): PortOwner[] {
  const owners: { pid: number; ppid?: number; command: string; user?: string; address?: string }[] = [];
  for (const line of text.split("\n")) {
    const value = line.slice(1);
    const last = owners[owners.length - 1];
    if (line.startsWith("p") && /^\d+$/.test(value)) owners.push({ pid: Number(value), command: "" });
    else if (line.startsWith("R") && /^\d+$/.test(value) && last) last.ppid = Number(value);
    else if (line.startsWith("c") && last) last.command = value;
    else if (line.startsWith("L") && last) last.user = value;
    else if (line.startsWith("n") && last) last.address ??= value;
  }
  return owners.map(({ pid, ppid, command, user, address }) => ({ pid, ppid, command, user, address }));
}

/** One line for each owner, for a person. */
export function describeOwners(owners: readonly PortOwner[]): string[] {
  return owners.map(
    ({ pid, user, command, address }) =>
      `- pid ${pid}${user ? ` ${user}` : ""}: ${command}${address ? ` (${address})` : ""}`,
  );
}
