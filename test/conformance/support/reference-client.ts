import {
  GatewayClient,
  type GatewayClientCloseInfo,
  type GatewayClientOptions,
  GatewayClientRequestError,
  type GatewayReconnectPausedInfo,
} from "@openclaw/gateway-client";
import type { EventFrame, HelloOk } from "@openclaw/gateway-protocol";
import { PATIENCE_MS, until } from "../../support/index.ts";
import { Contract } from "./contract.ts";
import type { Device } from "./device.ts";

export interface ReferenceOptions extends Omit<GatewayClientOptions, "deviceIdentity" | "hostDeps"> {
  readonly url: string;
  /** Signs as this device and keeps its tokens there; without it the client has no device identity. */
  readonly device?: Device;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
  readonly info: GatewayClientCloseInfo | undefined;
}

const QUIET = { logDebug() {}, logError() {} };

/**
 * The published reference client, unmodified, with everything it reports kept. Whatever the gateway sends it is held
 * against both schemas; disposing it throws when something did not fit.
 */
export class ReferenceClient implements AsyncDisposable {
  readonly hellos: HelloOk[] = [];
  readonly events: EventFrame[] = [];
  readonly closes: Closed[] = [];
  readonly errors: Error[] = [];
  readonly paused: GatewayReconnectPausedInfo[] = [];
  /** Holes in `seq`: there are none unless the client reads too slowly. */
  readonly gaps: { expected: number; received: number }[] = [];
  readonly contract = new Contract();
  readonly client: GatewayClient;

  private constructor({ device, ...options }: ReferenceOptions) {
    this.client = new GatewayClient({
      ...options,
      deviceIdentity: device?.identity ?? null,
      hostDeps: { ...QUIET, ...device?.hostDeps },
      onHelloOk: (hello) => {
        this.contract.hello(hello);
        this.hellos.push(hello);
      },
      onEvent: (frame) => {
        this.contract.event(frame);
        this.events.push(frame);
        options.onEvent?.(frame);
      },
      onConnectError: (error) => void this.errors.push(error),
      onReconnectPaused: (info) => void this.paused.push(info),
      onClose: (code, reason, info) => void this.closes.push({ code, reason, info }),
      onGap: (gap) => void this.gaps.push(gap),
    });
  }

  /** A client that was started and may or may not get in. */
  static start(options: ReferenceOptions): ReferenceClient {
    const client = new ReferenceClient(options);
    client.client.start();
    return client;
  }

  /** A client that got its hello. */
  static async connect(options: ReferenceOptions): Promise<ReferenceClient> {
    const client = ReferenceClient.start(options);
    try {
      await client.hello();
    } catch (error) {
      await client.client.stopAndWait();
      throw error;
    }
    return client;
  }

  /** The n-th hello, from 1; throws at once when the gateway refuses. */
  hello(n = 1, timeoutMs = PATIENCE_MS): Promise<HelloOk> {
    const refusals = this.errors.length;
    return until(
      `hello ${n}`,
      () => {
        const refusal = this.errors[refusals];
        if (n === 1 && refusal) throw refusal;
        return this.hellos[n - 1];
      },
      timeoutMs,
    );
  }

  /** Sends a request; the result, or the error that is thrown, must fit the contract. */
  async call<T = Record<string, unknown>>(method: string, params?: unknown, timeoutMs?: number): Promise<T> {
    try {
      const result = await this.client.request<T>(
        method,
        params,
        timeoutMs === undefined ? {} : { timeoutMs },
      );
      this.contract.result(method, result);
      return result;
    } catch (error) {
      if (error instanceof GatewayClientRequestError) this.contract.error(shapeOf(error));
      throw error;
    }
  }

  /** The error a request is answered with. */
  async refusal(method: string, params?: unknown, timeoutMs?: number): Promise<GatewayClientRequestError> {
    try {
      await this.call(method, params, timeoutMs);
    } catch (error) {
      if (error instanceof GatewayClientRequestError) return error;
      throw error;
    }
    throw new Error(`${method} was not refused`);
  }

  /** The first event of that name that passes; its payload. */
  async event(
    name: string,
    wanted: (payload: Record<string, unknown>) => boolean = () => true,
    timeoutMs = PATIENCE_MS,
  ): Promise<Record<string, unknown>> {
    return until(
      `the event ${name}`,
      () => {
        for (const frame of this.events) {
          const payload = frame.payload as Record<string, unknown>;
          if (frame.event === name && wanted(payload)) return payload;
        }
        return undefined;
      },
      timeoutMs,
    );
  }

  /** The n-th close, from 1. */
  closed(n = 1): Promise<Closed> {
    return until(`close ${n}`, () => this.closes[n - 1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.stopAndWait();
    if (this.contract.faults.length > 0) throw new Error(this.contract.faults.join("\n"));
  }
}

/** The error as it stood on the wire. */
function shapeOf(error: GatewayClientRequestError): Record<string, unknown> {
  const { gatewayCode, message, details, retryable, retryAfterMs } = error;
  return {
    code: gatewayCode,
    message,
    retryable,
    ...(details !== undefined && { details }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}
