import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { EXIT_CONFIG, StartRefusal } from "../refusals/refusal.ts";

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
 * @throws StartRefusal when they cannot be read or are no pair.
 */
export async function loadTls(settings: TlsSettings, hostname: string): Promise<TlsFiles> {
  const { certPath, keyPath, caPath } = settings;
  if (settings.autoGenerate && !existsSync(certPath) && !existsSync(keyPath))
    await generate(settings, hostname);
  const cert = await readPem(certPath);
  const key = await readPem(keyPath);
  await assertPair(settings, cert, key);
  return { cert, key, ...(caPath !== undefined && { ca: await readPem(caPath) }) };
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw refusal(`${path} cannot be read: ${cause}`);
  }
}

/** Asked here, because what the listener says about a bad pair names neither file. */
async function assertPair({ certPath, keyPath }: TlsSettings, cert: string, key: string): Promise<void> {
  const { createPrivateKey, X509Certificate } = await import("node:crypto");
  const parsed = <T>(path: string, parse: () => T): T => {
    try {
      return parse();
    } catch {
      // The parser's words may quote what stands in the file.
      throw refusal(`${path} is not in PEM form`);
    }
  };
  const certificate = parsed(certPath, () => new X509Certificate(cert));
  const privateKey = parsed(keyPath, () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw refusal(`${keyPath} is not the key of the certificate ${certPath}`);
  }
}

function refusal(reason: string): StartRefusal {
  return new StartRefusal(EXIT_CONFIG, [
    `gateway.tls is enabled but ${reason}.`,
    "Set gateway.tls.certPath and gateway.tls.keyPath, or remove both files to have a pair made.",
  ]);
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
