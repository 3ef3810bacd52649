/** What can be wrong with a secret. */
export type FindingCode =
  | "PLAINTEXT_FOUND"
  | "REF_UNRESOLVED"
  | "REF_SHADOWED"
  | "STORE_PLAINTEXT_RESIDUE"
  | "LEGACY_RESIDUE"
  | "PLACEHOLDER_VALUE";

/** One thing that was found; never a value. */
export interface AuditFinding {
  readonly code: FindingCode;
  readonly severity: "info" | "warn" | "error";
  readonly file: string;
  /** Where in the file: a dotted path, `$env.NAME`, or `<root>`. */
  readonly jsonPath: string;
  readonly message: string;
  /** Of a model. */
  readonly provider?: string;
  readonly profileId?: string;
}

/** The answer of `secrets audit --json`. */
export interface AuditReport {
  readonly version: 1;
  readonly status: "clean" | "findings" | "unresolved";
  readonly resolution: {
    readonly refsChecked: number;
    readonly skippedExecRefs: number;
    readonly resolvabilityComplete: boolean;
  };
  readonly filesScanned: readonly string[];
  readonly summary: {
    readonly plaintextCount: number;
    readonly unresolvedRefCount: number;
    readonly shadowedRefCount: number;
    readonly storeResidueCount: number;
    readonly legacyResidueCount: number;
  };
  readonly findings: readonly AuditFinding[];
}

/** References without a value, whatever was asked for. */
const EXIT_UNRESOLVED = 2;
/** There are findings, and they were to be an error. */
const EXIT_FINDINGS = 1;

/** Counts the findings and puts the report together. */
export function reportOf(
  findings: readonly AuditFinding[],
  filesScanned: Iterable<string>,
  resolution: AuditReport["resolution"],
): AuditReport {
  const count = (...codes: readonly FindingCode[]) =>
    findings.filter(({ code }) => codes.includes(code)).length;
  const unresolvedRefCount = count("REF_UNRESOLVED", "PLACEHOLDER_VALUE");
  return {
    version: 1,
    status: unresolvedRefCount > 0 ? "unresolved" : findings.length > 0 ? "findings" : "clean",
    resolution,
    filesScanned: [...new Set(filesScanned)].sort(),
    summary: {
      plaintextCount: count("PLAINTEXT_FOUND"),
      unresolvedRefCount,
      shadowedRefCount: count("REF_SHADOWED"),
      storeResidueCount: count("STORE_PLAINTEXT_RESIDUE"),
      legacyResidueCount: count("LEGACY_RESIDUE"),
    },
    findings,
  };
}

/** The exit code of an audit. */
export function exitCodeOf({ summary, findings }: AuditReport, check: boolean): number {
  if (summary.unresolvedRefCount > 0) return EXIT_UNRESOLVED;
  return check && findings.length > 0 ? EXIT_FINDINGS : 0;
}
