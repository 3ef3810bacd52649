import { formatPath, type SecretRef } from "../../../config/index.ts";
import { openConfig } from "../../config/open.ts";
import { CliError } from "../../errors.ts";
import type { Session } from "../../session.ts";
import { type RefSite, resolveRefs } from "../apply/resolve.ts";
import { type Credential, credentialsIn, defaultEnvProvider, writtenRef } from "../credentials.ts";
import { secretNames, withVariables } from "../env-files.ts";
import { type HeldSecret, listHeld } from "../profiles.ts";
import { type AuditFinding, type AuditReport, reportOf } from "./report.ts";
import { configFindings, copyFindings, fileOf, providerOf } from "./scan-config.ts";
import { scanEnvFiles, scanOldFiles } from "./scan-files.ts";

/** The report, and what could not be looked at. */
export interface Audit {
  readonly report: AuditReport;
  readonly notes: readonly string[];
}

/** A place that refers to a secret, with where it is told. */
interface Reference extends RefSite {
  readonly file: string;
  readonly provider?: string;
}

/** Looks for secrets in plain text and for references that lead nowhere. Writes nothing. Throws `CliError`. */
export async function auditSecrets(person: Session, { allowExec }: { allowExec: boolean }): Promise<Audit> {
  const session = withVariables(person);
  const snapshot = openConfig(session).peek();
  const isSecretName = await secretNames();
  const findings: AuditFinding[] = [];
  const files = new Set([snapshot.path, ...snapshot.includedPaths]);
  const notes: string[] = [];
  let resolution: AuditReport["resolution"] = {
    refsChecked: 0,
    skippedExecRefs: 0,
    resolvabilityComplete: true,
  };
  const held = await heldOrNote(session, notes);
  if (held.length > 0) files.add(session.paths.dbPath);
  if (snapshot.valid) {
    const credentials = credentialsIn(snapshot.sourceConfig);
    findings.push(...configFindings(snapshot, credentials, isSecretName));
    findings.push(...heldFindings(session, held), ...copyFindings(snapshot, credentials));
    const references = await referencesOf(session, snapshot, credentials, held, findings);
    const resolved = await resolveRefs(session, references, snapshot, allowExec);
    for (const { path, file, ref, provider } of references) {
      const failure = resolved.failures.get(path);
      if (failure === undefined) continue;
      findings.push({
        code: failure.code === "PLACEHOLDER" ? "PLACEHOLDER_VALUE" : "REF_UNRESOLVED",
        severity: "error",
        file,
        jsonPath: path,
        message: `Failed to resolve ${ref.source}:${ref.provider}:${ref.id} (${failure.message}).`,
        ...(provider !== undefined && { provider }),
      });
    }
    findings.push(...(await shadowed(snapshot.path, credentials, held)));
    findings.push(...(await storeFindings(session, snapshot, credentials, references)));
    resolution = {
      refsChecked: resolved.refsChecked,
      skippedExecRefs: resolved.skippedExecRefs,
      resolvabilityComplete: resolved.skippedExecRefs === 0 && notes.length === 0,
    };
  } else {
    findings.push({
      code: "REF_UNRESOLVED",
      severity: "error",
      file: snapshot.path,
      jsonPath: "<root>",
      message: "Config is invalid; cannot validate secret references reliably. See: openclaw config validate",
    });
  }
  for (const scan of [scanEnvFiles(session, isSecretName), scanOldFiles(session)]) {
    findings.push(...scan.findings);
    for (const file of scan.files) files.add(file);
  }
  return { report: reportOf(findings, files, resolution), notes };
}

/** Stored credentials; a gateway that does not let this program look keeps its own. */
async function heldOrNote(session: Session, notes: string[]): Promise<readonly HeldSecret[]> {
  try {
    return await listHeld(session, crypto.randomUUID());
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    notes.push(`The stored credentials could not be looked at: ${error.message}`);
    return [];
  }
}

function heldFindings({ paths }: Session, held: readonly HeldSecret[]): AuditFinding[] {
  return held.flatMap(({ profileId, provider, type, holds }): AuditFinding[] => {
    const field = type === "token" ? "token" : "key";
    const at = { file: paths.dbPath, jsonPath: `profiles.${profileId}.${field}`, provider, profileId };
    switch (holds) {
      case "text": {
        const what = type === "token" ? "token" : "API key";
        const message = `Auth profile ${what} is stored as plaintext.`;
        return [{ code: "PLAINTEXT_FOUND", severity: "warn", ...at, message }];
      }
      case "placeholder": {
        const message = "Auth profile holds a redaction placeholder; store the credential again.";
        return [{ code: "PLACEHOLDER_VALUE", severity: "error", ...at, message }];
      }
      case "login": {
        const message = "OAuth credentials are present (out of scope for static SecretRef migration).";
        const jsonPath = `profiles.${profileId}`;
        return [{ code: "LEGACY_RESIDUE", severity: "info", ...at, jsonPath, message }];
      }
      case "reference":
      case "nothing":
        return [];
    }
  });
}

/** Every reference of the configuration and of the stored credentials; what is none is added to the findings. */
async function referencesOf(
  session: Session,
  snapshot: ReturnType<ReturnType<typeof openConfig>["peek"]>,
  credentials: readonly Credential[],
  held: readonly HeldSecret[],
  findings: AuditFinding[],
): Promise<Reference[]> {
  const { collectSecrets, readRef, SecretFailure } = await import("../../../secrets/index.ts");
  const { isSensitivePath } = await import("../../../config/index.ts");
  const usual = defaultEnvProvider(snapshot.resolved);
  const references = new Map<string, Reference>();
  const add = (file: string, path: string, ref: SecretRef | string, provider?: string) => {
    const at = { file, ...(provider !== undefined && { provider }) };
    if (typeof ref !== "string") references.set(path, { ...at, path, ref });
    else
      findings.push({
        code: "REF_UNRESOLVED",
        severity: "error",
        ...at,
        jsonPath: path,
        message: `${path}: ${ref}.`,
      });
  };
  for (const { kind, steps, value } of credentials) {
    if (kind !== "reference") continue;
    const ref = readRef(writtenRef(value, usual));
    add(fileOf(snapshot, steps), formatPath([...steps]), ref, providerOf(steps).provider);
  }
  // Parts of the file that no table of ours describes may refer to secrets too.
  for (const { path, ref } of collectSecrets(snapshot.config, isSensitivePath)) {
    const place = formatPath(path);
    if (references.has(place) || credentials.some(({ steps }) => formatPath([...steps]) === place)) continue;
    add(fileOf(snapshot, path.map(String)), place, ref instanceof SecretFailure ? ref.message : ref);
  }
  for (const { holds, ref, profileId, type, provider } of held) {
    if (holds !== "reference") continue;
    const path = `profiles.${profileId}.${type === "token" ? "tokenRef" : "keyRef"}`;
    add(session.paths.dbPath, path, readRef(ref), provider);
  }
  return [...references.values()];
}

/** Keys of providers that the configuration refers to, while a stored credential goes before them. */
async function shadowed(
  file: string,
  credentials: readonly Credential[],
  held: readonly HeldSecret[],
): Promise<AuditFinding[]> {
  const { canonicalProvider } = await import("../../../agent/index.ts");
  return credentials.flatMap(({ type, kind, steps }): AuditFinding[] => {
    const provider = canonicalProvider(steps[2] ?? "");
    const before = held.filter((one) => one.provider === provider && one.holds !== "nothing");
    if (type.id !== "models.providers.apiKey" || kind !== "reference" || before.length === 0) return [];
    const kinds = [...new Set(before.map((one) => one.type))].join("/");
    const message = `Auth profile credentials (${kinds}) take precedence for provider "${provider}", so this config ref may never be used.`;
    return [
      { code: "REF_SHADOWED", severity: "warn", file, jsonPath: formatPath([...steps]), message, provider },
    ];
  });
}

/** Values of the secret store that stand in the configuration as well, and entries that are lost. */
async function storeFindings(
  session: Session,
  snapshot: ReturnType<ReturnType<typeof openConfig>["peek"]>,
  credentials: readonly Credential[],
  references: readonly Reference[],
): Promise<AuditFinding[]> {
  const { FileSecretStore, SecretFailure } = await import("../../../secrets/index.ts");
  const { REDACTED } = await import("../../../config/index.ts");
  const file = session.paths.secretStorePath;
  let entries: Awaited<ReturnType<InstanceType<typeof FileSecretStore>["entries"]>>;
  try {
    entries = await new FileSecretStore(file, session.env.system).entries();
  } catch (failure) {
    if (!(failure instanceof SecretFailure)) throw failure;
    return [
      { code: "REF_UNRESOLVED", severity: "error", file, jsonPath: "<root>", message: `${failure.message}.` },
    ];
  }
  const referred = new Set(references.flatMap(({ ref }) => (ref.source === "store" ? [ref.id] : [])));
  const lost = entries.filter(({ name, value }) => value.includes(REDACTED) && !referred.has(name));
  const residues = credentials.flatMap(({ kind, steps, value }) => {
    const entry = kind === "text" ? entries.find((one) => one.value === value) : undefined;
    return entry === undefined ? [] : [{ steps, name: entry.name }];
  });
  return [
    ...residues.map(({ steps, name }): AuditFinding => ({
      code: "STORE_PLAINTEXT_RESIDUE",
      severity: "warn",
      file: fileOf(snapshot, steps),
      jsonPath: formatPath([...steps]),
      message: `The value is in the secret store as ${name}; refer to it in place of repeating it.`,
    })),
    ...lost.map(({ name }): AuditFinding => ({
      code: "PLACEHOLDER_VALUE",
      severity: "error",
      file,
      jsonPath: name,
      message: `The entry is a redaction placeholder; set it again: openclaw secrets store set ${name}`,
    })),
  ];
}
