// oxlint-disable-next-line no-restricted-imports -- The folder that the rule points to.
import { Agent } from "node:https";

/** What the runtime's WebSocket takes its proxy from. Loaded with the first connection that needs it. */
export class ProxyAgent extends Agent {
  constructor(readonly proxy: URL) {
    super();
  }
}
