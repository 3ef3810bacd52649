import { type ConfigSnapshot, expandPath, isObject, type PlacedIssue, valueAt } from "../../config/index.ts";
import type { Session } from "../session.ts";

/**
 * One warning for each secret provider whose program the gateway would refuse to run: a link, somebody else's file, writable for
 * others, outside its trusted folders. Nothing is run.
 */
export async function untrustedProviders(
  { env, paths }: Session,
  snapshot: ConfigSnapshot<unknown>,
): Promise<PlacedIssue[]> {
  const providers = valueAt(snapshot.resolved, ["secrets", "providers"]);
  if (!isObject(providers)) return [];
  const { assertTrustedCommand } = await import("../../secrets/index.ts");
  return Object.entries(providers).flatMap(([alias, entry]): PlacedIssue[] => {
    if (!isObject(entry) || entry["source"] !== "exec" || typeof entry["command"] !== "string") return [];
    const dirs = Array.isArray(entry["trustedDirs"]) ? entry["trustedDirs"] : [];
    const trusted = dirs.filter((dir) => typeof dir === "string").map((dir) => expandPath(dir, paths.home));
    try {
      assertTrustedCommand(expandPath(entry["command"], paths.home), trusted, env.system);
      return [];
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return [{ path: `secrets.providers.${alias}.command`, message: `will not be run: ${reason}` }];
    }
  });
}
