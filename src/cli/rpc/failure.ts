import {
  GatewayCredentialsRequiredError,
  GatewayRequestError,
  type GatewayTarget,
  GatewayTransportError,
  TargetError,
} from "../../client/index.ts";
import { CliError } from "../errors.ts";
import { startAdvice } from "./start-advice.ts";

/** Turns a failed call into what a person, or a script reading `--json`, can act on. */
export function gatewayFailure(error: unknown, target?: GatewayTarget): unknown {
  if (error instanceof TargetError) return new CliError(error.message);
  if (error instanceof GatewayCredentialsRequiredError) return credentialsRequired(error.message, target);
  if (error instanceof GatewayTransportError) return transportFailure(error, target);
  if (error instanceof GatewayRequestError) {
    const unknownCaller = target !== undefined && Object.keys(target.auth).length === 0;
    return unknownCaller && CREDENTIAL_CODES.has(error.detailCode ?? "")
      ? credentialsRequired(`The gateway at ${target.url} asks for a credential and none is known.`, target)
      : requestFailure(error, target);
  }
  return error;
}

/** Refusals that mean no more than "who are you", when no credential was sent. */
const CREDENTIAL_CODES = new Set(["AUTH_TOKEN_MISSING", "AUTH_PASSWORD_MISSING", "DEVICE_IDENTITY_REQUIRED"]);

function credentialsRequired(message: string, target: GatewayTarget | undefined): CliError {
  return new CliError(message, {
    type: "gateway_credentials_required",
    hint:
      target === undefined
        ? "Where a gateway's token comes from, on its machine: openclaw gateway auth-token"
        : "Pass --token or --password, or set OPENCLAW_GATEWAY_TOKEN or OPENCLAW_GATEWAY_PASSWORD.",
    beside: besideOf(target),
  });
}

function transportFailure(error: GatewayTransportError, target: GatewayTarget | undefined): CliError {
  const kind = error.kind === "timeout" ? "timeout" : "closed";
  return new CliError(error.message, {
    type: "gateway_transport_error",
    fields: {
      kind,
      reason: error.reason,
      ...(error.code !== undefined && { code: error.code }),
      ...(error.closeCode !== undefined && { closeCode: error.closeCode }),
    },
    hint: transportHint(error, target),
    beside: besideOf(target),
    cause: error,
  });
}

/** How the TLS library says that nobody it knows vouches for the certificate. */
const UNTRUSTED_CERTIFICATE = /UNABLE_TO_VERIFY|SELF_SIGNED|UNABLE_TO_GET_ISSUER/;

function transportHint(error: GatewayTransportError, target: GatewayTarget | undefined): string {
  if (error.code === "TLS_FINGERPRINT_MISMATCH") {
    return "If the certificate was renewed on purpose, update --tls-fingerprint or gateway.remote.tlsFingerprint.";
  }
  if (error.code !== undefined && UNTRUSTED_CERTIFICATE.test(error.code)) {
    return "A self-signed certificate is trusted by its SHA-256: --tls-fingerprint <sha256>, or gateway.remote.tlsFingerprint.";
  }
  if (target?.implicitLocal !== true)
    return "Check the address, and that the gateway is running: openclaw gateway probe";
  return error.kind === "unreachable"
    ? startAdvice(target.configuredLocal)
    : "See what it is doing: openclaw gateway status";
}

function requestFailure(error: GatewayRequestError, target: GatewayTarget | undefined): CliError {
  const hint = requestHint(error);
  return new CliError(error.message, {
    type: "gateway_request_error",
    fields: {
      code: error.code,
      ...(error.details !== undefined && { details: error.details }),
      retryable: error.retryable,
      ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
    },
    ...(hint !== undefined && { hint }),
    beside: { ...(error.payload !== undefined && { payload: error.payload }), ...besideOf(target) },
    cause: error,
  });
}

function requestHint(error: GatewayRequestError): string | undefined {
  switch (error.detailCode) {
    case "AUTH_TOKEN_MISSING":
    case "AUTH_PASSWORD_MISSING":
    case "AUTH_TOKEN_MISMATCH":
    case "AUTH_PASSWORD_MISMATCH":
      return "Use the running gateway's own secret: --token or --password, OPENCLAW_GATEWAY_TOKEN, or gateway.auth.";
    case "PAIRING_REQUIRED":
      return `Approve this device on the gateway's machine: openclaw devices approve ${requestIdOf(error.details)}`;
    case "AUTH_RATE_LIMITED":
      return `Too many failed attempts. Try again in ${Math.ceil((error.retryAfterMs ?? 0) / 1000)} s.`;
    case "PROTOCOL_MISMATCH":
      return "This program and the gateway are too far apart in version. Update the older one.";
    case "MISSING_SCOPE":
      return "The credential does not allow this. Use the gateway's token, or ask for more: openclaw devices list";
    default:
      if (error.message.startsWith("unknown requestId"))
        return "See what is waiting: openclaw devices list, openclaw nodes pending";
      // Waiting does not help where the gateway names what does.
      return error.retryable && !/\bopenclaw [a-z]/.test(error.message)
        ? "Try again in a moment."
        : undefined;
  }
}

function requestIdOf(details: unknown): string {
  const known = typeof details === "object" && details !== null && "requestId" in details;
  return known && typeof details.requestId === "string" ? details.requestId : "<requestId>";
}

function besideOf(target: GatewayTarget | undefined): Record<string, unknown> {
  if (target === undefined) return {};
  const bindDetail = target.implicitLocal ? { bindDetail: "loopback" } : {};
  return { gateway: { url: target.url, urlSource: target.urlSource, ...bindDetail } };
}
