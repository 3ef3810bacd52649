import { choice, integer, map, section, text } from "../field.ts";
import { secret, secretValue } from "../secret-ref.ts";

/** `gateway.remote`: the gateway that commands on this machine talk to when `gateway.mode` is `remote`. */
export const gatewayRemote = () =>
  section("Remote gateway", "The gateway commands on this machine talk to with gateway.mode=remote.", {
    url: text("URL", "Address of the remote gateway.", { placeholder: "wss://gateway.example:18789" }),
    transport: choice(["ssh", "direct"], "Transport", "Through an SSH tunnel, or straight to the URL."),
    token: secret("Token", "Shared token of the remote gateway."),
    password: secret("Password", "Password of the remote gateway."),
    edgeAuth: map(
      secretValue("Header", "Value of the header."),
      "Edge headers",
      "Headers a proxy in between asks for.",
      {
        advanced: true,
      },
    ),
    tlsFingerprint: text("TLS fingerprint", "SHA-256 of the certificate to expect, for a self-signed one.", {
      advanced: true,
    }),
    sshTarget: text("SSH target", "Where the tunnel ends.", { placeholder: "me@gateway-host" }),
    sshIdentity: text("SSH identity", "Key file for the tunnel.", { advanced: true }),
    sshHostKeyPolicy: choice(
      ["strict", "openssh"],
      "SSH host keys",
      "Who decides about an unknown host key.",
      {
        advanced: true,
      },
    ),
    remotePort: integer("Remote port", "Port of the gateway on the far side of the tunnel.", {
      minimum: 1,
      maximum: 65_535,
      advanced: true,
    }),
  });
