import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { PRIVATE_FILE_MODE, writeFileAtomic } from "../../config/index.ts";
import { copyAnew, realOf } from "../../lib/files/index.ts";
import { ServiceError } from "../errors.ts";
import type { ServiceIdentity } from "../identity.ts";
import { readSecretsFile, writeSecretsFile } from "../secrets-file.ts";
import type { ServiceDefinition } from "../service.ts";
import type { Systemctl } from "./systemctl.ts";
import type { Undo } from "./undo.ts";
import { renderUnit } from "./unit.ts";

/** `systemctl` makes it with this mode, too; what is in it has modes of its own. */
const UNIT_DIR_MODE = 0o755;

/** `systemctl mask` puts a link to nowhere in place of the file. */
export function isMasked(path: string): boolean {
  return (
    lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true && realOf(path) === "/dev/null"
  );
}

/**
 * Writes the unit (0600, the old one kept as `.bak`) and its secrets, and makes systemd read them. Secrets that are in
 * the file and not in the definition stay: whoever refreshes from another shell does not have all of them.
 * @throws ServiceError, also when systemd does not read this file
 */
export async function putUnit(
  { name, path, secretsPath }: ServiceIdentity,
  definition: ServiceDefinition,
  systemctl: Systemctl,
  undo: Undo,
): Promise<void> {
  const oldSecrets = readSecretsFile(secretsPath);
  const text = renderUnit(definition, secretsPath);
  mkdirSync(dirname(path), { recursive: true, mode: UNIT_DIR_MODE });
  const old = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  undo.add(() => systemctl.tell("daemon-reload"));
  undo.add(() => {
    writeSecretsFile(secretsPath, oldSecrets);
    if (old === undefined) rmSync(path, { force: true });
    else writeFileAtomic(path, old);
  });
  if (old !== undefined && old !== text) copyAnew(path, `${path}.bak`, PRIVATE_FILE_MODE);
  writeSecretsFile(secretsPath, { ...oldSecrets, ...definition.secretEnvironment });
  writeFileAtomic(path, text);
  await systemctl.tell("daemon-reload");
  await verifyLoaded(name, path, systemctl);
}

/** Another file of the same name may stand before ours, or systemd may look elsewhere: then nothing can be claimed. */
async function verifyLoaded(name: string, path: string, systemctl: Systemctl): Promise<void> {
  const { LoadState: state, FragmentPath: loaded = "" } = await systemctl.show(name, [
    "LoadState",
    "FragmentPath",
  ]);
  if (state === "loaded" && samePath(loaded, path)) return;
  if (state === "not-found" || loaded === "") {
    throw new ServiceError("failed", `systemd does not find ${path} (${state ?? "no answer"}).`, [
      "Its folders: systemctl --user show -p UnitPath",
      "They follow the XDG_CONFIG_HOME that the user's systemd was started with.",
    ]);
  }
  throw new ServiceError("failed", `systemd reads ${loaded} in place of ${path} (${state ?? "no answer"}).`, [
    `systemctl --user cat ${name}`,
  ]);
}

function samePath(a: string, b: string): boolean {
  return a === b || realOf(a) === realOf(b);
}
