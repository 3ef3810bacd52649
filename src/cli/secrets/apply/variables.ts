import { isRecord } from "../../../client/index.ts";
import { isSensitivePath } from "../../../config/index.ts";

/** Names of variables that references read: those of a configuration and others. Their lines must stay in `.env`. */
export async function usedVariables(config: unknown, others: readonly unknown[]): Promise<Set<string>> {
  const { collectSecrets, SecretFailure } = await import("../../../secrets/index.ts");
  const used = new Set<string>();
  for (const { ref } of collectSecrets(config, isSensitivePath)) {
    if (!(ref instanceof SecretFailure) && ref.source === "env") used.add(ref.id);
  }
  for (const ref of others) {
    if (isRecord(ref) && ref["source"] === "env" && typeof ref["id"] === "string") used.add(ref["id"]);
  }
  return used;
}
