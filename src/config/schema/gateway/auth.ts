import { Type } from "@sinclair/typebox";
import { oneOf, OPERATOR_SCOPES } from "../../../protocol/index.ts";
import { choice, flag, integer, list, map, section, text, texts } from "../field.ts";
import { secret } from "../secret-ref.ts";

/** The finer session scopes may stand in files; this gateway grants them through `operator.read` and `operator.write`. */
const SCOPES = [...OPERATOR_SCOPES, "operator.sessions.read", "operator.sessions.write"] as const;

const rateLimit = () =>
  section(
    "Failed sign-in limit",
    "How many wrong credentials one address may send before it has to wait.",
    {
      maxAttempts: integer("Attempts", "Failures within the window that start the lock-out.", {
        default: 10,
        minimum: 1,
      }),
      windowMs: integer("Window (ms)", "Length of the sliding window failures are counted in.", {
        default: 60_000,
        minimum: 1,
      }),
      lockoutMs: integer("Lock-out (ms)", "How long a locked-out address is refused.", {
        default: 300_000,
        minimum: 0,
      }),
      exemptLoopback: flag("Exempt this machine", "Never locks out connections from loopback.", {
        default: true,
      }),
    },
    { default: {}, advanced: true },
  );

const trustedProxy = () =>
  section(
    "Trusted proxy identity",
    "Takes the user's name from a header set by a proxy in gateway.trustedProxies; needed for auth.mode=trusted-proxy.",
    {
      userHeader: text("User header", "Header that carries the signed-in user.", {
        required: true,
        minLength: 1,
        placeholder: "x-forwarded-user",
      }),
      requiredHeaders: texts(
        "Required headers",
        "Headers that must be present as well, proof that the proxy was passed.",
      ),
      allowUsers: texts(
        "Allowed users",
        "Users that are let in; empty lets in everyone the proxy lets through.",
      ),
      allowLoopback: flag("Proxy on this machine", "Accepts a proxy that connects from loopback.", {
        default: false,
      }),
      cloudflareAccessOidc: section("Cloudflare Access", "Identity claims of a Cloudflare Access team.", {
        issuer: text("Issuer", "Address of the Access team.", {
          required: true,
          pattern: "^https:\\/\\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\\.cloudflareaccess\\.com$",
        }),
        providerId: text("Provider id", "Identity provider the claims come from.", {
          required: true,
          minLength: 1,
        }),
        githubAccountIdClaim: text("GitHub account claim", "Claim that carries the GitHub account id.", {
          required: true,
          minLength: 1,
        }),
      }),
      deviceAutoApprove: section(
        "Device approval",
        "Pairs devices of users the proxy has signed in without asking.",
        {
          enabled: flag("Approve by itself", "Pairs such devices without an operator."),
          scopes: list(Type.String({ minLength: 1 }), "Scopes", "Scopes such a device receives."),
        },
      ),
    },
    { advanced: true },
  );

/** `gateway.auth`: who may connect. */
export const gatewayAuth = () =>
  section(
    "Gateway authentication",
    "Who may connect to the gateway.",
    {
      mode: choice(
        ["none", "token", "password", "trusted-proxy"],
        "Authentication mode",
        "How clients prove themselves. When absent it follows from what is set, a token before a password.",
      ),
      token: secret(
        "Gateway token",
        "Shared secret clients send; generated at first start when nothing is configured.",
      ),
      password: secret(
        "Gateway password",
        "Shared password clients send with auth.mode=password; needed for a funnel.",
      ),
      allowTailscale: flag(
        "Accept Tailscale identity",
        "Trusts the identity headers of Tailscale Serve; on by default while gateway.tailscale.mode is serve.",
        { advanced: true },
      ),
      identityScopes: map(
        Type.Array(oneOf(SCOPES)),
        "Scopes by identity",
        "Scopes of a user that a proxy or Tailscale has identified, by user name.",
        { advanced: true },
      ),
      rateLimit: rateLimit(),
      trustedProxy: trustedProxy(),
    },
    { default: {} },
  );

/** `gateway.roles`: what named roles may do. */
export const gatewayRoles = () =>
  section(
    "Roles",
    "Named sets of rights, given to identified users.",
    {
      default: text("Default role", "Role of a user that has none of their own.", {
        required: true,
        minLength: 1,
        maxLength: 128,
      }),
      definitions: map(
        Type.Object(
          {
            sessions: section(
              "Sessions",
              "What the role may do in sessions of others.",
              {
                others: choice(["none", "view", "suggest", "write"], "Sessions of others", "Rights there.", {
                  required: true,
                }),
              },
              { required: true },
            ),
            sandbox: choice(
              ["inherit", "required"],
              "Sandbox",
              "Whether runs of this role must be sandboxed.",
            ),
            agents: Type.Union([Type.Literal("*"), Type.Array(Type.String({ minLength: 1 }))], {
              title: "Agents",
              description: "Agents the role may use; * for all.",
            }),
            scopes: Type.Array(oneOf(SCOPES), { title: "Scopes", description: "Scopes the role holds." }),
            accessPolicyPlugin: text("Access policy", "Plugin that decides further rights.", {
              minLength: 1,
              maxLength: 128,
            }),
          },
          { title: "Role", description: "Rights of one role.", additionalProperties: false },
        ),
        "Definitions",
        "The roles, by name.",
        { required: true },
      ),
    },
    { advanced: true },
  );
