import { delimiter } from "node:path";
import { loadsCode, openEnv } from "../../../lib/spawn/index.ts";
import type { Sender } from "../../sender.ts";
import { ToolInputError } from "../define.ts";

/**
 * What commands get of the gateway's environment: where things are, whose account it is, language, time, the desktop and
 * tools of the trade. Whatever looks like a secret stays out even when it is named here.
 */
const INHERITED = [
  "PATH HOME USER LOGNAME SHELL TERM COLORTERM TZ LANG LANGUAGE LC_* TMPDIR TMP TEMP XDG_*",
  "DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_SESSION_BUS_ADDRESS SSH_AUTH_SOCK",
  "HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy all_proxy no_proxy",
  "SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE REQUESTS_CA_BUNDLE NODE_EXTRA_CA_CERTS",
  "JAVA_HOME GOPATH GOROOT GOBIN CARGO_HOME RUSTUP_HOME NVM_DIR VOLTA_HOME PNPM_HOME PYENV_ROOT VIRTUAL_ENV CONDA_PREFIX",
  "ANDROID_HOME HOMEBREW_PREFIX HOMEBREW_CELLAR HOMEBREW_REPOSITORY KUBECONFIG DOCKER_HOST",
  // Windows.
  "Path SystemRoot SystemDrive windir ComSpec PATHEXT OS NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE USERNAME USERPROFILE",
  "HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA ProgramData ProgramFiles ProgramFiles(x86) ProgramW6432 PSModulePath",
]
  .join(" ")
  .split(" ");

const FALLBACK_PATH = "/usr/local/bin:/usr/bin:/bin";

/** Channels of people in front of the gateway itself: no chat to tell a command about. */
const OWN_SURFACES = new Set(["webchat", "cli", "http"]);

export interface CommandEnvRequest {
  /** Environment of the gateway. */
  readonly source: Readonly<Record<string, string>>;
  /** Folders put before PATH. */
  readonly pathPrepend: readonly string[];
  /** What the caller adds. */
  readonly extra: Readonly<Record<string, string>>;
  readonly sender: Sender;
  readonly terminal: boolean;
}

/** The whole environment of a command. @throws ToolInputError for an addition that could load code */
export function commandEnv({ source, pathPrepend, extra, sender, terminal }: CommandEnvRequest) {
  for (const name of Object.keys(extra)) assertMayBeSet(name);
  const env = openEnv(source, INHERITED);
  const pathName = env["Path"] === undefined ? "PATH" : "Path";
  const path = [...pathPrepend, env[pathName] ?? FALLBACK_PATH].join(delimiter);
  return {
    ...env,
    // Nobody is there to turn a page.
    ...(terminal ? { TERM: "xterm-256color" } : { PAGER: "cat", GIT_PAGER: "cat" }),
    ...extra,
    [pathName]: path,
    OPENCLAW_SHELL: "exec",
    ...channelContext(sender),
  };
}

function assertMayBeSet(name: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw new ToolInputError(`env: ${JSON.stringify(name.slice(0, 100))} is no name of a variable`);
  }
  if (/^path$/i.test(name) || /^OPENCLAW_/i.test(name) || (loadsCode(name) && !/^GIT_PAGER$/.test(name))) {
    throw new ToolInputError(`env: ${name} may not be set; put what it is needed for into the command`);
  }
}

/** Whose request a command serves, for scripts that ask. */
function channelContext(sender: Sender): Record<string, string> {
  if (OWN_SURFACES.has(sender.channel)) return {};
  const { channel, id, accountId, to, threadId } = sender;
  return { OPENCLAW_CHANNEL_CONTEXT: JSON.stringify({ channel, senderId: id, accountId, to, threadId }) };
}
