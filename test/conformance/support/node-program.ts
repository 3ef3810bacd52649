import { Device } from "./device.ts";
import { ReferenceClient } from "./reference-client.ts";

// Run as a program: a node that does whatever it is asked, until somebody stops the process.

const [url = "", token = ""] = process.argv.slice(2);
const device = new Device();
const node = await ReferenceClient.connect({
  url,
  token,
  device,
  role: "node",
  clientName: "node-host",
  mode: "node",
  platform: "linux",
  deviceFamily: "Linux",
  commands: ["system.notify"],
  onEvent: ({ event, payload }) => {
    if (event !== "node.invoke.request") return;
    const { id } = payload as { id: string };
    void node.call("node.invoke.result", { id, nodeId: device.id, ok: true, payload: { done: true } });
  },
});
console.log(`node ${device.id}`);
