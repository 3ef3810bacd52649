import {
  type ConfigSnapshot,
  formatPath,
  keptCopies,
  type OpenClawConfig,
  startsWithPath,
  valueAt,
  withValue,
} from "../../../config/index.ts";
import { type Credential, credentialsIn } from "../credentials.ts";
import type { AuditFinding } from "./report.ts";

type Snapshot = ConfigSnapshot<OpenClawConfig>;

/** The file that holds a place of the configuration: an include may own it. */
export function fileOf(snapshot: Snapshot, steps: readonly string[]): string {
  const owners = snapshot.includes.filter(({ path }) => startsWithPath(steps, path));
  const deepest = owners.reduce<(typeof owners)[number] | undefined>(
    (best, site) => (best === undefined || site.path.length >= best.path.length ? site : best),
    undefined,
  );
  return deepest?.files[0] ?? snapshot.path;
}

/** Secrets in plain text, placeholders in their place, and variables that the file sets. */
export function configFindings(
  snapshot: Snapshot,
  credentials: readonly Credential[],
  isSecretName: (name: string) => boolean,
): AuditFinding[] {
  const inPlace = credentials.flatMap(({ kind, steps }): AuditFinding[] => {
    const at = { file: fileOf(snapshot, steps), jsonPath: formatPath([...steps]), ...providerOf(steps) };
    const { jsonPath } = at;
    if (kind === "text")
      return [
        { code: "PLAINTEXT_FOUND", severity: "warn", ...at, message: `${jsonPath} is stored as plaintext.` },
      ];
    if (kind !== "placeholder") return [];
    const message = `${jsonPath} holds a redaction placeholder; the secret itself is lost and has to be set again.`;
    return [{ code: "PLACEHOLDER_VALUE", severity: "error", ...at, message }];
  });
  const env = valueAt(snapshot.sourceConfig, ["env"]);
  const set = [...variablesOf(valueAt(env, ["vars"]), ["env", "vars"]), ...variablesOf(env, ["env"])];
  const inEnv = set
    .filter(({ name, value }) => isSecretName(name) && value !== "" && !value.includes("${"))
    .map(({ steps }): AuditFinding => ({
      code: "PLAINTEXT_FOUND",
      severity: "warn",
      file: fileOf(snapshot, steps),
      jsonPath: formatPath([...steps]),
      message: `${formatPath([...steps])} sets a secret as plaintext; move it to the secret store.`,
    }));
  return [...inPlace, ...inEnv];
}

/**
 * Copies beside the configuration that hold in plain text what the configuration only refers to by now: somebody migrated by
 * hand, and the old text was kept.
 */
export function copyFindings(snapshot: Snapshot, credentials: readonly Credential[]): AuditFinding[] {
  const migrated = credentials.filter(({ kind }) => kind === "reference");
  if (migrated.length === 0) return [];
  const files = new Map<string, readonly string[]>([[snapshot.path, []]]);
  for (const { path, files: included } of snapshot.includes) {
    for (const file of included) files.set(file, path.map(String));
  }
  return [...files].flatMap(([file, prefix]) =>
    keptCopies(file).flatMap(({ path, text }) => {
      const held = plainPlaces(text, prefix);
      return migrated
        .map(({ steps }) => formatPath([...steps]))
        .filter((place) => held.has(place))
        .map((jsonPath): AuditFinding => ({
          code: "PLAINTEXT_FOUND",
          severity: "warn",
          file: path,
          jsonPath,
          message: `A copy of the configuration still holds ${jsonPath} as plaintext; remove it.`,
        }));
    }),
  );
}

/** Places that a text of a configuration holds in plain text; none of a text that cannot be read. */
function plainPlaces(text: string, prefix: readonly string[]): ReadonlySet<string> {
  let parsed: unknown;
  try {
    parsed = Bun.JSON5.parse(text);
  } catch {
    return new Set();
  }
  const held = credentialsIn(withValue({}, prefix, parsed)).filter(({ kind }) => kind === "text");
  return new Set(held.map(({ steps }) => formatPath([...steps])));
}

/** The model provider a place belongs to. */
export function providerOf(steps: readonly string[]): { provider?: string } {
  const [root, section, provider] = steps;
  return root === "models" && section === "providers" && provider !== undefined ? { provider } : {};
}

function variablesOf(value: unknown, path: readonly string[]) {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, text]) =>
    typeof text === "string" ? [{ name, value: text, steps: [...path, name] }] : [],
  );
}
