import type { Client } from "../../src/gateway/method.ts";
import type { ConnId } from "../../src/protocol/index.ts";

/** An authenticated client with everything a test does not care about filled in. */
export function aClient(connId: string, changes: Partial<Client> = {}): Client {
  return {
    connId: connId as ConnId,
    role: "operator",
    scopes: ["operator.read"],
    client: { id: "test", version: "1.0.0", platform: "linux", mode: "test" },
    caps: [],
    authMethod: "token",
    directLocal: true,
    ...changes,
  };
}
