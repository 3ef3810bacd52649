import { integerOr, filled, port, text, toggle } from "../flags.ts";

/** `--json`. */
export const jsonFlag = { json: toggle("Print one JSON document") };

/** Options of every command that talks to a gateway; `timeoutMs` is the command's default patience. */
export function gatewayFlags(timeoutMs: number) {
  return {
    url: filled("url", "Gateway address (ws:// or wss://); needs --token or --password"),
    port: port("Port of a gateway on this machine; excludes --url"),
    token: text("token", "Gateway token"),
    password: text("password", "Gateway password"),
    tlsFingerprint: filled("sha256", "Accept only this TLS certificate"),
    timeout: integerOr(timeoutMs, "ms", "Longest wait for an answer", { min: 1 }),
    ...jsonFlag,
  };
}

export type GatewayFlags = {
  readonly url: string | undefined;
  readonly port: number | undefined;
  readonly token: string | undefined;
  readonly password: string | undefined;
  readonly tlsFingerprint: string | undefined;
  readonly timeout: number;
  readonly json: boolean;
};

/** The options of somebody who gave none: the gateway that environment and configuration mean. */
export function noFlags(timeoutMs: number): GatewayFlags {
  return {
    url: undefined,
    port: undefined,
    token: undefined,
    password: undefined,
    tlsFingerprint: undefined,
    timeout: timeoutMs,
    json: false,
  };
}

/** `--expect-final`, for methods that answer twice. */
export const expectFinalFlag = {
  expectFinal: toggle("Wait for the final answer of a method that answers twice"),
};
