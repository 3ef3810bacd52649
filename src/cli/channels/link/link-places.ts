import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expandPath, isObject, type Paths, valueAt } from "../../../config/index.ts";

/** Whoever reads these is the account; the keys beside them are no use without. */
const CREDENTIALS = ["creds.json", "creds.json.bak"];

/**
 * Folders that earlier versions kept links of WhatsApp in, and the credentials in them: those of the state folder, and those
 * that the configuration names. Some may not exist.
 */
export function linkPlaces(
  { credentialsDir, home }: Pick<Paths, "credentialsDir" | "home">,
  config?: unknown,
): string[] {
  const top = join(credentialsDir, "whatsapp");
  const accounts = valueAt(config, ["channels", "whatsapp", "accounts"]);
  const named = Object.values(isObject(accounts) ? accounts : {}).flatMap((account) => {
    const authDir = isObject(account) ? account["authDir"] : undefined;
    return typeof authDir === "string" && authDir.trim() !== "" ? [expandPath(authDir, home)] : [];
  });
  const folders = [...foldersIn(top), ...named];
  return [
    ...new Set([
      top,
      ...folders,
      ...folders.flatMap((folder) => CREDENTIALS.map((name) => join(folder, name))),
    ]),
  ];
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name));
  } catch {
    // Not there, or not ours to look into.
    return [];
  }
}
