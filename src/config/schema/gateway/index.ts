import { choice, flag, integer, lazy, section, text, texts } from "../field.ts";
import { gatewayAuth, gatewayRoles } from "./auth.ts";
import { controlUi } from "./control-ui.ts";
import { gatewayHttp } from "./http.ts";
import { gatewayNodes } from "./nodes.ts";
import { gatewayRemote } from "./remote.ts";

const DEFAULT_PORT = 18_789;

const reload = () =>
  section(
    "Configuration reload",
    "What happens when the configuration file changes.",
    {
      mode: choice(
        ["off", "hot", "restart", "hybrid"],
        "Reload mode",
        "Ignore changes, apply what can be applied, always restart, or apply what can be and restart for the rest.",
        { default: "hybrid" },
      ),
      debounceMs: integer("Debounce (ms)", "Quiet time after the last change before the file is read.", {
        default: 300,
        minimum: 0,
        advanced: true,
      }),
    },
    { default: {} },
  );

const tls = () =>
  section(
    "TLS",
    "Serves HTTPS and WSS in place of HTTP and WS.",
    {
      enabled: flag("Enabled", "Turns TLS on.", { default: false }),
      autoGenerate: flag("Generate a certificate", "Makes a self-signed pair when none exists.", {
        default: true,
      }),
      certPath: text("Certificate", "PEM file with the certificate chain."),
      keyPath: text("Key", "PEM file with the private key."),
      caPath: text("CA", "PEM file with the authorities that clients' certificates are checked against."),
    },
    { default: {}, advanced: true },
  );

const tailscale = () =>
  section(
    "Tailscale",
    "Publishes the gateway through Tailscale.",
    {
      mode: choice(
        ["off", "serve", "funnel"],
        "Mode",
        "Not at all, inside the tailnet, or on the internet.",
        {
          default: "off",
        },
      ),
      preserveFunnel: flag("Keep funnel", "Leaves a funnel that was there before as it is.", {
        advanced: true,
      }),
    },
    { default: {}, advanced: true },
  );

const push = () =>
  section(
    "Push",
    "Push messages to phones.",
    {
      apns: section("Apple push", "Push messages to iOS.", {
        relay: section("Relay", "The relay that talks to Apple.", {
          baseUrl: text("Address", "Where the relay is."),
          timeoutMs: integer("Time limit (ms)", "Longest a push may take.", {
            default: 10_000,
            exclusiveMinimum: 0,
          }),
        }),
      }),
    },
    { advanced: true },
  );

/** `gateway`: the listener, who may connect, and what it serves. */
export const gateway = lazy(() =>
  section(
    "Gateway",
    "The always-on process: where it listens, who may connect, what it serves.",
    {
      mode: choice(
        ["local", "remote"],
        "Gateway mode",
        "local runs the gateway on this machine; remote makes this machine a client of gateway.remote.",
      ),
      port: integer("Port", "The one port for WebSocket, HTTP and the Control UI.", {
        default: DEFAULT_PORT,
        minimum: 1,
        maximum: 65_535,
      }),
      bind: choice(
        ["auto", "loopback", "lan", "tailnet", "custom"],
        "Bind",
        "Which addresses listen: this machine only, every interface, the tailnet, or customBindHost. Beyond loopback authentication is required.",
        { default: "loopback" },
      ),
      customBindHost: text(
        "Custom address",
        "IPv4 address to listen on with bind=custom; loopback listens as well.",
        {
          advanced: true,
          placeholder: "192.168.1.20",
        },
      ),
      publicOrigin: text("Public origin", "Address people reach this gateway under, for links.", {
        advanced: true,
        placeholder: "https://claw.example",
      }),
      auth: gatewayAuth(),
      tailscale: tailscale(),
      controlUi: controlUi(),
      remote: gatewayRemote(),
      reload: reload(),
      tls: tls(),
      http: gatewayHttp(),
      trustedProxies: texts(
        "Trusted proxies",
        "Addresses or networks whose forwarding headers are believed.",
        {
          default: [],
          advanced: true,
        },
      ),
      allowRealIpFallback: flag(
        "X-Real-IP",
        "Reads X-Real-IP from a trusted proxy that sends no X-Forwarded-For.",
        {
          default: false,
          advanced: true,
        },
      ),
      tools: section(
        "Tools over HTTP",
        "Tools that POST /tools/invoke may run.",
        {
          allow: texts("Allowed", "Tools to allow besides the default set."),
          deny: texts("Denied", "Tools to refuse; wins over allowed."),
        },
        { advanced: true },
      ),
      nodes: gatewayNodes(),
      terminal: section(
        "Operator terminal",
        "A shell on the gateway's machine for operators.",
        {
          enabled: flag("Enabled", "Offers the terminal.", { default: true }),
          shell: text("Shell", "Program to start in place of the login shell."),
          detachedSessionTimeoutSeconds: integer(
            "Detached (s)",
            "How long a shell without a viewer is kept.",
            {
              default: 300,
              minimum: 0,
            },
          ),
        },
        { advanced: true },
      ),
      push: push(),
      roles: gatewayRoles(),
    },
    { default: {} },
  ),
);
