import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { StartRefusal } from "./refusal.ts";

export interface TlsSettings {
  readonly autoGenerate: boolean;
  readonly certPath: string;
  readonly keyPath: string;
  readonly caPath: string | undefined;
}

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
}

/** Validity of a certificate we make; clients pin its fingerprint, so a long life costs nothing. */
const CERT_DAYS = 3_650;

/**
 * Reads the certificate and key, making a self-signed pair first when none exists and `autoGenerate` is on.
 * @throws StartRefusal when they cannot be read.
 */
export async function loadTls(settings: TlsSettings, hostname: string): Promise<TlsFiles> {
  const cert = await readIfThere(settings.certPath);
  const key = await readIfThere(settings.keyPath);
  if (cert === undefined && key === undefined && settings.autoGenerate) await generate(settings, hostname);
  else if (cert === undefined || key === undefined) {
    const missing = cert === undefined ? settings.certPath : settings.keyPath;
    throw new StartRefusal(78, [
      `gateway.tls is enabled but ${missing} cannot be read.`,
      "Set gateway.tls.certPath and gateway.tls.keyPath, or remove both files to have a pair made.",
    ]);
  }
  return {
    cert: await readFile(settings.certPath, "utf8"),
    key: await readFile(settings.keyPath, "utf8"),
    ...(settings.caPath !== undefined && { ca: await readFile(settings.caPath, "utf8") }),
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function generate(settings: TlsSettings, hostname: string): Promise<void> {
  const { makeSelfSigned } = await import("./self-signed.ts");
  const pair = makeSelfSigned(hostname, CERT_DAYS);
  for (const [path, content] of [
    [settings.keyPath, pair.key],
    [settings.certPath, pair.cert],
  ] as const) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, content, { mode: 0o600, flag: "wx" });
    await chmod(path, 0o600);
  }
}
