import type { AuditRow, Seen } from "../audit-row.ts";

/** Who can reach it, and what is offered there. */
export const NETWORK_ROWS: readonly AuditRow[] = [
  {
    checkId: "gateway.tailscale_funnel",
    title: "The gateway is on the public internet",
    reason: "Tailscale Funnel lets everybody knock.",
    remediation: "openclaw config set gateway.tailscale.mode serve",
    look: ({ config }) =>
      config.gateway.tailscale.mode === "funnel"
        ? { severity: "critical", detail: "gateway.tailscale.mode is funnel." }
        : undefined,
  },
  {
    checkId: "gateway.tailscale_serve",
    title: "The gateway is open to the tailnet",
    reason: "Every machine and user of the tailnet can knock.",
    remediation: "Nothing, if that is meant. Else: openclaw config set gateway.tailscale.mode off",
    look: ({ config }) =>
      config.gateway.tailscale.mode === "serve"
        ? { severity: "info", detail: "gateway.tailscale.mode is serve." }
        : undefined,
  },
  {
    checkId: "gateway.plain_http_exposed",
    title: "Secrets cross the network in the clear",
    reason:
      "Beyond this machine, everybody on the way reads tokens and messages of an unencrypted connection.",
    remediation: "openclaw config set gateway.tls.enabled true, or use Tailscale or an SSH tunnel",
    look: ({ bind, config }) =>
      bind.exposed && bind.mode !== "tailnet" && !config.gateway.tls.enabled
        ? { severity: "warn", detail: `gateway.bind is ${bind.mode} and gateway.tls.enabled is false.` }
        : undefined,
  },
  {
    checkId: "gateway.real_ip_fallback_enabled",
    title: "A header says where a client comes from",
    reason:
      "X-Real-IP is easily forged when a proxy does not set it itself; limits are counted by that address.",
    remediation: "openclaw config unset gateway.allowRealIpFallback",
    look: ({ bind, config }) =>
      config.gateway.allowRealIpFallback === true
        ? {
            severity: bind.exposed ? "critical" : "warn",
            detail: "gateway.allowRealIpFallback is true.",
          }
        : undefined,
  },
  {
    checkId: "gateway.control_ui.allowed_origins_wildcard",
    title: "Every web page may talk to the gateway",
    reason: "A page in your browser could use the gateway with what the browser knows.",
    remediation: `openclaw config set gateway.controlUi.allowedOrigins '["https://control.example.com"]'`,
    look: ({ bind, config }) =>
      (config.gateway.controlUi.allowedOrigins ?? []).includes("*")
        ? { severity: bind.exposed ? "critical" : "warn", detail: "gateway.controlUi.allowedOrigins has *." }
        : undefined,
  },
  {
    checkId: "gateway.control_ui.host_header_origin_fallback",
    title: "A web page is believed by the name it calls the gateway",
    reason: "A page whose own name points at this machine (DNS rebinding) would count as the gateway's.",
    remediation: "openclaw config unset gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback",
    look: ({ bind, config }) =>
      config.gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback === true
        ? {
            severity: bind.exposed ? "critical" : "warn",
            detail: "gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback is true.",
          }
        : undefined,
  },
  {
    checkId: "gateway.tools_invoke_http.dangerous_allow",
    title: "Tools that need a turn may be called over HTTP",
    reason: "No model stands between a stolen token and tools that run programs or write files.",
    remediation: "Take them off gateway.tools.allow: openclaw config get gateway.tools",
    look: ({ bind, config }) => {
      const allowed = config.gateway.tools?.allow ?? [];
      return allowed.length === 0
        ? undefined
        : {
            severity: bind.exposed ? "critical" : "warn",
            detail: `gateway.tools.allow has ${allowed.join(", ")}.`,
          };
    },
  },
  {
    checkId: "gateway.nodes.allow_commands_dangerous",
    title: "Nodes may be asked for dangerous things",
    reason: "Cameras, screens, messages and input of other machines can be used by whoever steers the agent.",
    remediation: "Take them off gateway.nodes.commands.allow unless each is meant",
    look: ({ bind, config, dangerousNodeCommands }) => {
      const named = (config.gateway.nodes?.commands?.allow ?? []).filter((name) =>
        dangerousNodeCommands.includes(name),
      );
      return named.length === 0
        ? undefined
        : {
            severity: bind.exposed ? "critical" : "warn",
            detail: `gateway.nodes.commands.allow has ${named.join(", ")}.`,
          };
    },
  },
  {
    checkId: "gateway.nodes.deny_commands_ineffective",
    title: "A denied node command denies nothing",
    reason: "Entries are compared with whole command names; patterns and words of a shell never match.",
    remediation: "Name commands exactly, for example system.run",
    look: ({ config }): Seen | undefined => {
      const loose = (config.gateway.nodes?.commands?.deny ?? []).filter(
        (name) => !/^[a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)+$/.test(name),
      );
      return loose.length === 0
        ? undefined
        : { severity: "warn", detail: `gateway.nodes.commands.deny has ${loose.join(", ")}.` };
    },
  },
  {
    checkId: "gateway.probe_failed",
    title: "The gateway could not be asked",
    reason: "What really runs may differ from what the files say.",
    remediation: "openclaw gateway status",
    look: ({ probe }) =>
      probe !== undefined && !probe.ok
        ? { severity: "warn", detail: `${probe.url}: ${probe.error ?? "no answer"}` }
        : undefined,
  },
  {
    checkId: "gateway.probe_no_secret_needed",
    title: "The running gateway lets strangers in",
    reason: "It answered a client that showed no secret at all.",
    remediation: "openclaw config set gateway.auth.mode token, then openclaw gateway restart",
    look: ({ probe, authMode, token, password }) =>
      probe?.ok === true && authMode !== "none" && token === undefined && password === undefined
        ? { severity: "critical", detail: `${probe.url} answered without a credential.` }
        : undefined,
  },
];
