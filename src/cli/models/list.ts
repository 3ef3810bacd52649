import type { Run } from "../command.ts";
import type { listFlags } from "../commands/models.ts";
import { table } from "../terminal/layout.ts";
import { type ModelChoice, withModels } from "./access.ts";

export const run: Run<typeof listFlags> = async ({ flags, session }) => {
  const { out } = session;
  const rows = await withModels(session, flags, "operator.read", (models) =>
    models.list({
      view: flags.all ? "all" : flags.local ? "default" : "configured",
      ...(flags.provider !== undefined && { provider: flags.provider }),
      ...(flags.agent !== undefined && { agentId: flags.agent }),
      ...(flags.refresh && { refresh: true }),
    }),
  );
  const shown = flags.local ? rows.filter(isLocal) : rows;
  if (flags.json) out.json({ count: shown.length, models: shown.map(jsonOf) });
  else if (flags.plain) for (const row of shown) out.line(keyOf(row));
  else if (shown.length === 0) nothing(flags.local, out.line.bind(out));
  else for (const line of tableOf(shown)) out.line(line);
};

function nothing(local: boolean, say: (text: string) => void): void {
  say(
    local
      ? "No model server answers on this machine (Ollama, LM Studio, llama.cpp, vLLM, SGLang were looked for)."
      : "No model is configured. See all known ones: openclaw models list --all",
  );
}

function tableOf(rows: readonly ModelChoice[]): string[] {
  return table(
    ["Model", "Input", "Ctx", "Ready", "Tags"],
    rows.map((row) => [keyOf(row), inputOf(row), contextOf(row), readyOf(row), tagsOf(row).join(",")]),
  );
}

function jsonOf(row: ModelChoice) {
  return {
    key: keyOf(row),
    name: row.name,
    input: inputOf(row),
    contextWindow: row.contextWindow ?? null,
    local: isLocal(row),
    available: row.available ?? null,
    ...(row.unavailableReason !== undefined && { unavailableReason: row.unavailableReason }),
    ...(row.unavailableUntil !== undefined && { unavailableUntil: row.unavailableUntil }),
    tags: tagsOf(row),
  };
}

/** `provider/model`. */
export function keyOf({ provider, id }: Pick<ModelChoice, "provider" | "id">): string {
  return `${provider}/${id}`;
}

function tagsOf({ tags = [], alias }: ModelChoice): string[] {
  return [...tags, ...(alias === undefined ? [] : [`alias:${alias}`])];
}

function isLocal({ tags = [] }: ModelChoice): boolean {
  return tags.includes("local");
}

function inputOf({ input = [] }: ModelChoice): string {
  return input.length === 0 ? "-" : input.join("+");
}

function contextOf({ contextWindow }: ModelChoice): string {
  if (contextWindow === undefined) return "-";
  return contextWindow >= 1_000_000
    ? `${Math.round(contextWindow / 100_000) / 10}M`
    : `${Math.round(contextWindow / 1_000)}k`;
}

function readyOf({ available, unavailableReason }: ModelChoice): string {
  if (available === true) return "yes";
  switch (unavailableReason) {
    case "missing-auth":
      return "no key";
    case "auth-failed":
      return "refused";
    case "cooldown":
      return "resting";
    case undefined:
      return "no";
  }
}
