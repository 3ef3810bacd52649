/** What of the client runs in a web page: nothing here may need more than a browser has. */
export { type Clock, systemClock, type Timer } from "../../lib/clock.ts";
export type { Socket } from "../connection.ts";
export { deviceProofPayload, type DeviceProver, type ProofSubject } from "../device-proof.ts";
export { GatewayRequestError, GatewayTransportError } from "../errors.ts";
export type {
  ClientSignals,
  Disconnect,
  EventGap,
  GatewayClient,
  RequestOptions,
} from "../gateway-client.ts";
export { type Greeting, type GreetingDeps, greetGateway } from "../greet.ts";
export { isRecord } from "../incoming.ts";
export { reconnectDelayMs } from "../reconnect.ts";
