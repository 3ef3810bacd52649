import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isRecord } from "../../../client/index.ts";
import { REDACTED } from "../../../config/index.ts";
import type { Session } from "../../session.ts";
import { envFiles } from "../env-files.ts";
import type { AuditFinding } from "./report.ts";

/** Generated lists of models are smaller. */
const MAX_MODELS_BYTES = 5_242_880;

const SECRET_HEADER = /authorization|x-api-key|token|secret|password|credential/i;

/** What earlier versions kept credentials in, below the folder of an agent. */
const OLD_AGENT_FILES = /^auth(?:-profiles)?\.json(?:\.[A-Za-z0-9_.-]+)?$/;

/** What files hold, and which were looked at. */
export interface FileScan {
  readonly findings: readonly AuditFinding[];
  readonly files: readonly string[];
}

/** Known secrets in `.env` files. */
export function scanEnvFiles(session: Session, isSecretName: (name: string) => boolean): FileScan {
  const files = envFiles(session);
  const findings = files.flatMap(({ path, values }) =>
    Object.entries(values).flatMap(([name, value]): AuditFinding[] => {
      if (value === "" || !isSecretName(name)) return [];
      const at = { file: path, jsonPath: `$env.${name}` };
      return value.includes(REDACTED)
        ? [
            {
              code: "PLACEHOLDER_VALUE",
              severity: "error",
              ...at,
              message: `${name} is a redaction placeholder.`,
            },
          ]
        : [
            {
              code: "PLAINTEXT_FOUND",
              severity: "warn",
              ...at,
              message: `Potential secret found in .env (${name}).`,
            },
          ];
    }),
  );
  return { findings, files: files.map(({ path }) => path) };
}

/** Files of earlier versions that are still there: stores of credentials, and lists of models with keys in them. */
export function scanOldFiles({ paths }: Session): FileScan {
  const findings: AuditFinding[] = [];
  const files: string[] = [];
  const agents = namesIn(paths.agentsDir).map((id) => join(paths.agentsDir, id, "agent"));
  const old = agents.flatMap((folder) =>
    namesIn(folder)
      .filter((name) => OLD_AGENT_FILES.test(name))
      .map((name) => join(folder, name)),
  );
  for (const file of [...old, join(paths.credentialsDir, "oauth.json")].filter(isFile)) {
    files.push(file);
    findings.push({
      code: "LEGACY_RESIDUE",
      severity: "warn",
      file,
      jsonPath: "<root>",
      message:
        "Credentials of an earlier version; take them over with openclaw doctor --fix, then remove the file.",
    });
  }
  for (const file of agents.map((folder) => join(folder, "models.json")).filter((path) => exists(path))) {
    files.push(file);
    findings.push(...modelsFindings(file));
  }
  return { findings, files };
}

function modelsFindings(file: string): AuditFinding[] {
  const unread = (message: string): AuditFinding[] => [
    { code: "REF_UNRESOLVED", severity: "error", file, jsonPath: "<root>", message },
  ];
  const stat = lstatSync(file);
  if (!stat.isFile()) return unread("This models.json is no regular file.");
  if (stat.size > MAX_MODELS_BYTES)
    return unread(`This models.json is larger than ${MAX_MODELS_BYTES} bytes.`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // The parser's message quotes the file.
    return unread("This models.json cannot be read as JSON.");
  }
  const providers = isRecord(parsed) && isRecord(parsed["providers"]) ? parsed["providers"] : {};
  return Object.entries(providers).flatMap(([provider, entry]) => {
    if (!isRecord(entry)) return [];
    const headers = isRecord(entry["headers"]) ? Object.entries(entry["headers"]) : [];
    const held = headers.filter(([name]) => SECRET_HEADER.test(name));
    const places = [["apiKey", entry["apiKey"]], ...held.map(([name, value]) => [`headers.${name}`, value])];
    return places.flatMap(([place, value]): AuditFinding[] =>
      typeof value === "string" && value !== "" && !value.startsWith("secretref-")
        ? [
            {
              code: "PLAINTEXT_FOUND",
              severity: "warn",
              file,
              jsonPath: `providers.${provider}.${String(place)}`,
              message:
                "An earlier version generated this file, with the secret in it; nothing reads it any more.",
              provider,
            },
          ]
        : [],
    );
  });
}

function namesIn(folder: string): string[] {
  return exists(folder) && lstatSync(folder).isDirectory() ? readdirSync(folder).sort() : [];
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
