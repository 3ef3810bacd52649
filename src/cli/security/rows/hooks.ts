import type { AuditRow } from "../audit-row.ts";

/** A random token has 48; anybody who reaches the port may try. */
const MIN_TOKEN_CHARS = 24;

const NEW_TOKEN = 'openclaw config set hooks.token "$(openssl rand -hex 24)"';

/** What programs elsewhere may start by webhooks. */
export const HOOK_ROWS: readonly AuditRow[] = [
  {
    checkId: "hooks.token_reuse_gateway_token",
    title: "Webhooks and the gateway have the same secret",
    reason: "Every program that sends webhooks could then do whatever the owner can.",
    remediation: NEW_TOKEN,
    look: ({ config: { hooks }, token, password }) =>
      hooks?.enabled === true && hooks.token !== undefined && [token, password].includes(hooks.token)
        ? { severity: "critical", detail: "hooks.token is the gateway's own secret." }
        : undefined,
  },
  {
    checkId: "hooks.token_too_short",
    title: "The token of webhooks is short",
    reason: "A short secret can be tried out.",
    remediation: NEW_TOKEN,
    look({ config: { hooks } }) {
      const length = hooks?.token?.length ?? 0;
      return hooks?.enabled === true && length > 0 && length < MIN_TOKEN_CHARS
        ? { severity: "warn", detail: `It has ${length} characters; ${MIN_TOKEN_CHARS} or more are safe.` }
        : undefined;
    },
  },
];
