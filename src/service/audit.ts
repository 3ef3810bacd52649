import { namesSecret } from "../lib/spawn/index.ts";
import type { AuditIssue, InstalledCommand, ServiceDefinition } from "./service.ts";

/** Variables of proxies: what a shell had when it installed is not what the gateway needs for good. */
const PROXY_VARIABLES: readonly string[] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

const TOKEN_VARIABLES: readonly string[] = [
  "OPENCLAW_GATEWAY_TOKEN",
  "MOLTBOT_GATEWAY_TOKEN",
  "CLAWDBOT_GATEWAY_TOKEN",
];

const PASSWORD_VARIABLES: readonly string[] = TOKEN_VARIABLES.map((name) =>
  name.replace("TOKEN", "PASSWORD"),
);

/** Variables that say which gateway this is and whose. */
const LOCATIONS: readonly string[] = [
  "HOME",
  "OPENCLAW_HOME",
  "OPENCLAW_STATE_DIR",
  "OPENCLAW_CONFIG_PATH",
  "OPENCLAW_PROFILE",
  "OPENCLAW_SERVICE_MARKER",
  "OPENCLAW_SERVICE_KIND",
];

/** Names of folders in `PATH` that version managers make and take away again. */
const PASSING_PATH =
  /[/\\]\.?(?:nvm|fnm|fnm_multishells|volta|asdf|nodenv|rbenv|pyenv|pnpm|npm-global|yarn|n|mise|proto|bun|cargo)[/\\]|[/\\]node_modules[/\\]/i;

/** What an audit compares with beside the definition. */
export interface AuditFacts {
  /** The token the gateway expects, when it stands in the configuration. */
  readonly gatewayToken?: string | undefined;
  /** `PATH` means nothing in a task: it is the account's. */
  readonly comparesPath?: boolean;
}

/** The differences that do not depend on the supervisor. Messages name variables, never values of secrets. */
export function auditCommand(
  installed: InstalledCommand,
  expected: ServiceDefinition,
  { gatewayToken, comparesPath = true }: AuditFacts = {},
): AuditIssue[] {
  return [
    ...commandIssues(installed, expected),
    ...environmentIssues(installed, expected),
    ...tokenIssues(installed, gatewayToken ?? expected.secretEnvironment["OPENCLAW_GATEWAY_TOKEN"]),
    ...(comparesPath ? pathIssues(installed.environment["PATH"], expected.environment["PATH"] ?? "") : []),
  ];
}

function commandIssues(installed: InstalledCommand, expected: ServiceDefinition): AuditIssue[] {
  const args = installed.programArguments;
  if (!args.includes("gateway")) {
    const detail = args.join(" ");
    return [
      issue("gateway-command-missing", "The service does not run the gateway command.", detail, "aggressive"),
    ];
  }
  const found: AuditIssue[] = [];
  const port = portOf(args);
  const wanted = portOf(expected.programArguments);
  if (port !== wanted) {
    const detail = `${port ?? "none"} -> ${wanted ?? "none"}`;
    found.push(
      issue("gateway-port-mismatch", "The service's port is not the one of the configuration.", detail),
    );
  }
  const entry = entrypointOf(args);
  const wantedEntry = entrypointOf(expected.programArguments);
  if (entry !== wantedEntry) {
    const detail = `${entry} -> ${wantedEntry}`;
    found.push(
      issue(
        "gateway-entrypoint-mismatch",
        "The service does not run this installation of the program.",
        detail,
      ),
    );
  }
  return found;
}

function environmentIssues(installed: InstalledCommand, expected: ServiceDefinition): AuditIssue[] {
  const found: AuditIssue[] = [];
  const inline = (name: string) => isInline(installed, name);
  const proxies = Object.keys(installed.environment).filter(
    (name) => PROXY_VARIABLES.includes(name.toUpperCase()) && inline(name),
  );
  if (proxies.length > 0) {
    const message = "The service has proxy variables of the shell that installed it.";
    found.push(issue("gateway-proxy-env-embedded", message, `inline keys: ${proxies.join(", ")}`));
  }
  const managed = Object.keys(installed.environment).filter(
    (name) => inline(name) && isManaged(name, installed, expected),
  );
  if (managed.length > 0) {
    const message = "Secrets stand in the service's definition, where others can read them.";
    found.push(issue("gateway-managed-env-embedded", message, `inline keys: ${managed.join(", ")}`));
  }
  if (PASSWORD_VARIABLES.some(inline)) {
    const message = "The gateway's password stands in the service's definition, where others can read it.";
    found.push(issue("gateway-password-embedded", message, "Change the password after the repair."));
  }
  const moved = LOCATIONS.filter((name) => installed.environment[name] !== expected.environment[name]);
  if (moved.length > 0) {
    const detail = moved
      .map(
        (name) =>
          `${name}: ${installed.environment[name] ?? "none"} -> ${expected.environment[name] ?? "none"}`,
      )
      .join("; ");
    const message = "The service belongs to another profile or state folder, or does not say which.";
    found.push(issue("gateway-environment-mismatch", message, detail));
  }
  const version = installed.environment["OPENCLAW_SERVICE_VERSION"];
  const wanted = expected.environment["OPENCLAW_SERVICE_VERSION"];
  if (version !== wanted) {
    const detail = `${version ?? "none"} -> ${wanted ?? "none"}`;
    found.push(issue("gateway-version-mismatch", "The service was installed by another version.", detail));
  }
  return found;
}

/** A secret that belongs into the private file: one we put there, one an earlier version did, or one by its name. */
function isManaged(name: string, installed: InstalledCommand, expected: ServiceDefinition): boolean {
  if (TOKEN_VARIABLES.includes(name) || PASSWORD_VARIABLES.includes(name)) return false;
  const earlier = (installed.environment["OPENCLAW_SERVICE_MANAGED_ENV_KEYS"] ?? "").split(/[,\s]+/);
  const ours = /^(?:OPENCLAW|MOLTBOT|CLAWDBOT)_/.test(name);
  return name in expected.secretEnvironment || earlier.includes(name) || (!ours && namesSecret(name));
}

function tokenIssues(installed: InstalledCommand, expected: string | undefined): AuditIssue[] {
  const [inline] = TOKEN_VARIABLES.filter((name) => isInline(installed, name));
  const found: AuditIssue[] = [];
  if (inline !== undefined) {
    const message = "The gateway's token stands in the service's definition, where others can read it.";
    found.push(issue("gateway-token-embedded", message, `inline keys: ${inline}`));
  }
  const [name] = TOKEN_VARIABLES.filter((one) => (installed.environment[one] ?? "").trim() !== "");
  if (name === undefined || expected === undefined || installed.environment[name] === expected) return found;
  const drift =
    "The service's token is not the one of the configuration; clients are refused after a restart.";
  const code = inline === undefined ? "gateway-token-drift" : "gateway-token-mismatch";
  return [...found, issue(code, drift, `${name} is out of date`)];
}

function pathIssues(installed: string | undefined, expected: string): AuditIssue[] {
  if (installed === undefined || installed.trim() === "") {
    return [issue("gateway-path-missing", "The service has no PATH of its own.")];
  }
  const dirs = installed.split(":").map(withoutSlash);
  const wanted = expected.split(":").map(withoutSlash);
  const missing = wanted.filter((dir) => dir !== "" && !dirs.includes(dir));
  const passing = dirs.filter(
    (dir) => !wanted.includes(dir) && (!dir.startsWith("/") || PASSING_PATH.test(`${dir}/`)),
  );
  return [
    ...(missing.length === 0
      ? []
      : [issue("gateway-path-missing-dirs", `The service's PATH lacks folders: ${missing.join(", ")}`)]),
    ...(passing.length === 0
      ? []
      : [
          issue(
            "gateway-path-nonminimal",
            "The service's PATH has folders of version managers, or ones that depend on where it is started.",
            passing.join(", "),
          ),
        ]),
  ];
}

/** The last `--port` of a command line, as it stands there. */
function portOf(args: readonly string[]): string | undefined {
  const at = args.findLastIndex((arg) => arg === "--port" || arg.startsWith("--port="));
  const arg = args[at];
  return arg === "--port" ? args[at + 1] : arg?.slice("--port=".length);
}

/** What stands before `gateway`: the executable, or an interpreter and its script. */
function entrypointOf(args: readonly string[]): string {
  return args.slice(0, args.indexOf("gateway")).join(" ");
}

function isInline({ environment, environmentValueSources }: InstalledCommand, name: string): boolean {
  return (environment[name] ?? "").trim() !== "" && environmentValueSources[name] !== "file";
}

function withoutSlash(dir: string): string {
  return dir.length > 1 ? dir.replace(/[/\\]+$/, "") : dir;
}

function issue(
  code: string,
  message: string,
  detail?: string,
  level: AuditIssue["level"] = "recommended",
): AuditIssue {
  return { code, message, level, ...(detail !== undefined && { detail }) };
}
