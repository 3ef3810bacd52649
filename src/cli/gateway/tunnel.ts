import { stripVTControlCharacters } from "node:util";
import { pause } from "../../client/index.ts";
import { childEnv, findProgram, startCommand } from "../../lib/spawn/index.ts";
import { CliError } from "../errors.ts";
import { isTaken } from "../service/answer.ts";
import type { Session } from "../session.ts";

/** Where a tunnel leads, and how to get in. */
export interface TunnelRequest {
  /** `user@host` or `user@host:port`. */
  readonly target: string;
  /** A key file; without it `ssh` uses what it is configured for. */
  readonly identity: string | undefined;
  /** The gateway's port on the other side, on its loopback. */
  readonly remotePort: number;
}

/** A port of this machine that leads to a gateway's loopback, as long as it is not disposed of. */
export interface Tunnel extends AsyncDisposable {
  readonly target: string;
  readonly localPort: number;
  readonly remotePort: number;
  readonly pid: number;
}

/** Time `ssh` has to connect and to prove who it is; more than a probe's, for lines across the world. */
const TUNNEL_TIMEOUT_MS = 10_000;

const POLL_MS = 50;

/** How much of what `ssh` says is kept. */
const MAX_SAID_CHARS = 4_000;

/** What `ssh` needs of the environment: its agent, its folders, its language. */
const SSH_ENV = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "LANG",
  "SSH_AUTH_SOCK",
  "SSH_AGENT_PID",
  "SystemRoot",
  "USERPROFILE",
  "USERNAME",
  "LOCALAPPDATA",
  "TEMP",
] as const;

/** Nothing that `ssh` could take for an option, and no shell. */
const TARGET = /^((?:[A-Za-z0-9_][\w.-]*@)?(?:[A-Za-z0-9][\w.-]*|\[[0-9A-Fa-f:.]+\]))(?::(\d{1,5}))?$/;

/** Splits `user@host:port`. @throws CliError for what is none */
export function readTarget(text: string): { readonly host: string; readonly port: number | undefined } {
  const [, host, port] = TARGET.exec(text.trim()) ?? [];
  if (host === undefined || (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)))
    throw new CliError("Invalid --ssh. Use user@host or user@host:port, for example me@gateway-host.");
  return { host: host.replaceAll(/[[\]]/g, ""), port: port === undefined ? undefined : Number(port) };
}

/**
 * Opens a tunnel with the system's `ssh`, which asks nobody anything; it ends when `interrupted` does, since it would
 * outlive this program. Rejects with the reason when it cannot.
 */
export async function openTunnel(
  session: Session,
  request: TunnelRequest,
  interrupted: AbortSignal,
): Promise<Tunnel> {
  const { env, clock, paths } = session;
  const { host, port } = readTarget(request.target);
  const program = findProgram("ssh", env.raw["PATH"] ?? "");
  if (program === undefined) throw new Error("ssh is not installed");
  const localPort = freePort();
  let said = "";
  const command = await startCommand({
    program,
    args: [
      "-N",
      "-T",
      ...["BatchMode=yes", "ExitOnForwardFailure=yes", `ConnectTimeout=${TUNNEL_TIMEOUT_MS / 1_000}`].flatMap(
        (option) => ["-o", option],
      ),
      ...(port === undefined ? [] : ["-p", String(port)]),
      ...(request.identity === undefined ? [] : ["-i", request.identity, "-o", "IdentitiesOnly=yes"]),
      "-L",
      `127.0.0.1:${localPort}:127.0.0.1:${request.remotePort}`,
      "--",
      host,
    ],
    env: childEnv(env.raw, SSH_ENV),
    cwd: paths.home,
    input: "none",
    timeoutMs: 0,
    clock,
    onOutput: (text) => {
      said = (said + text).slice(-MAX_SAID_CHARS);
    },
  });
  interrupted.addEventListener("abort", () => void command.stop());
  let ended = false;
  void command.ended.then(() => {
    ended = true;
  });
  const began = clock.monotonic();
  while (!ended && clock.monotonic() - began < TUNNEL_TIMEOUT_MS) {
    if (await isTaken({ port: localPort, tls: false })) {
      return {
        target: request.target,
        localPort,
        remotePort: request.remotePort,
        pid: command.pid,
        [Symbol.asyncDispose]: () => command.stop(),
      };
    }
    await pause(POLL_MS, { clock });
  }
  await command.stop();
  throw new Error(lastLine(said) ?? (ended ? "ssh ended by itself" : "ssh did not connect in time"));
}

/** A port nobody listens on now; taken by `ssh` a moment later, or refused by it. */
function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}

function lastLine(said: string): string | undefined {
  const lines = said.split(/[\r\n]+/).map((line) => stripVTControlCharacters(line).trim());
  return lines.findLast((line) => line !== "");
}
