import { parsePath } from "./key-path.ts";

/** What a change needs: nothing (the value is read when it is used), a part to be told, or a restart. */
export type ReloadKind = "none" | "hot" | "restart";

/** `gateway.reload.mode`. */
export type ReloadMode = "off" | "hot" | "restart" | "hybrid";

const ROWS: Readonly<Record<ReloadKind, string>> = {
  none: `
    $schema agents audio bindings gateway.reload gateway.remote identity logging memory messages meta routing secrets
    security session skills talk tui ui wizard
    channels.telegram.allowFrom channels.telegram.dmPolicy channels.telegram.groupAllowFrom
    channels.telegram.groupPolicy channels.telegram.replyToMode channels.telegram.streaming
    channels.telegram.textChunkLimit
    channels.telegram.accounts.*.allowFrom channels.telegram.accounts.*.dmPolicy
    channels.telegram.accounts.*.groupAllowFrom channels.telegram.accounts.*.groupPolicy
    channels.telegram.accounts.*.replyToMode channels.telegram.accounts.*.streaming
    channels.telegram.accounts.*.textChunkLimit
    channels.whatsapp.*`,
  hot: `
    accessGroups acp agents.defaults agents.entries agents.list approvals auth.order auth.profiles broadcast browser
    channels channels.whatsapp.accounts channels.whatsapp.enabled commands cron desktop.host diagnostics
    discovery.mdns.mode hooks mcp models plugins tools tts update
    gateway.allowRealIpFallback gateway.auth.allowTailscale gateway.auth.identityScopes gateway.auth.password
    gateway.auth.rateLimit gateway.auth.token gateway.auth.trustedProxy gateway.controlUi gateway.http.endpoints
    gateway.http.securityHeaders gateway.nodes gateway.publicOrigin gateway.push.apns.relay gateway.roles
    gateway.terminal gateway.tools gateway.trustedProxies`,
  restart: `
    canvasHost discovery env gateway gateway.controlUi.basePath gateway.controlUi.root logging.file mcp.apps
    secrets.egressProxy`,
};

const STRENGTH: Readonly<Record<ReloadKind, number>> = { none: 0, hot: 1, restart: 2 };

interface Rule {
  readonly steps: readonly string[];
  readonly kind: ReloadKind;
}

function rulesOf(kind: ReloadKind): Rule[] {
  const prefixes = ROWS[kind].split(/\s+/).filter((prefix) => prefix !== "");
  return prefixes.map((prefix) => ({ steps: prefix.split("."), kind }));
}

/** Every rule: a path prefix, `*` for any one step, and what a change below it needs. */
export const RELOAD_RULES: readonly Rule[] = [...rulesOf("none"), ...rulesOf("hot"), ...rulesOf("restart")];

/** The steps of a changed path: names in brackets count as one step. */
function stepsOf(path: string): string[] {
  return parsePath(path) ?? path.split(".");
}

function agree(a: readonly string[], b: readonly string[], length: number): boolean {
  for (let index = 0; index < length; index++) {
    if (a[index] !== b[index] && a[index] !== "*" && b[index] !== "*") return false;
  }
  return true;
}

function exactSteps({ steps }: Rule): number {
  return steps.filter((step) => step !== "*").length;
}

/** What a change at `path` needs: the longest matching prefix decides, a path without a rule means restart. */
export function reloadKindOf(path: string): ReloadKind {
  const steps = stepsOf(path);
  let best: Rule | undefined;
  for (const rule of RELOAD_RULES) {
    if (rule.steps.length > steps.length || !agree(rule.steps, steps, rule.steps.length)) continue;
    const closer =
      best === undefined ||
      rule.steps.length > best.steps.length ||
      (rule.steps.length === best.steps.length && exactSteps(rule) > exactSteps(best));
    if (closer) best = rule;
  }
  return best?.kind ?? "restart";
}

/** Like `reloadKindOf`, for a path whose whole subtree may have changed: what the neediest key below it needs. */
function reloadKindWithin(path: string): ReloadKind {
  const steps = stepsOf(path);
  let kind = reloadKindOf(path);
  for (const rule of RELOAD_RULES) {
    const below = rule.steps.length > steps.length && agree(rule.steps, steps, steps.length);
    if (below && STRENGTH[rule.kind] > STRENGTH[kind]) kind = rule.kind;
  }
  return kind;
}

/** Sections whose keys mean something only together: half of a change of who is let in would let nobody in. */
const WHOLE: readonly string[] = ["gateway.auth"];

/** When one change in a section needs a restart, the others in it wait for that. */
function keepWhole(section: string, byKind: Record<ReloadKind, string[]>): void {
  const isInside = (path: string): boolean => path.startsWith(`${section}.`);
  if (!byKind.restart.some(isInside)) return;
  byKind.restart.push(...byKind.hot.filter(isInside));
  byKind.hot = byKind.hot.filter((path) => !isInside(path));
}

/** What to do about a change. */
export interface ReloadPlan {
  /** Nothing but the new snapshot, tell the parts, or restart (which covers everything). */
  readonly action: "none" | "apply" | "restart";
  /** Paths that parts have to be told of; empty unless `action` is `apply`. */
  readonly apply: readonly string[];
  /** Paths that made it a restart. */
  readonly restart: readonly string[];
  /** Paths that will not take effect until somebody restarts, because of the mode. */
  readonly ignored: readonly string[];
}

/** The plan for `changedPaths` (dotted, each a changed value or subtree) in `mode`. */
export function planReload(changedPaths: readonly string[], mode: ReloadMode): ReloadPlan {
  const byKind: Record<ReloadKind, string[]> = { none: [], hot: [], restart: [] };
  for (const path of changedPaths) byKind[reloadKindWithin(path)].push(path);
  for (const section of WHOLE) keepWhole(section, byKind);
  const { hot, restart } = byKind;
  const nothing = { apply: [], restart: [], ignored: [] };
  switch (mode) {
    case "off":
      return { ...nothing, action: "none", ignored: [...hot, ...restart] };
    case "hot":
      return { ...nothing, action: hot.length > 0 ? "apply" : "none", apply: hot, ignored: restart };
    case "restart": {
      const needy = [...hot, ...restart];
      return { ...nothing, action: needy.length > 0 ? "restart" : "none", restart: needy };
    }
    case "hybrid":
      if (restart.length > 0) return { ...nothing, action: "restart", restart };
      return { ...nothing, action: hot.length > 0 ? "apply" : "none", apply: hot };
  }
}
