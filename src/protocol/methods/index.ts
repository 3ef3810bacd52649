import type { MethodSpec } from "../define.ts";
import * as agent from "./agent.ts";
import * as agents from "./agents.ts";
import * as browser from "./browser.ts";
import * as channelPairing from "./channel-pairing.ts";
import * as channels from "./channels.ts";
import * as chat from "./chat.ts";
import * as config from "./config.ts";
import * as devices from "./devices.ts";
import * as logs from "./logs.ts";
import * as messages from "./messages.ts";
import * as models from "./models.ts";
import * as nodes from "./nodes.ts";
import * as secrets from "./secrets.ts";
import * as sessions from "./sessions.ts";
import * as status from "./status.ts";
import * as surfaces from "./surfaces.ts";
import * as tools from "./tools.ts";
import * as usage from "./usage.ts";
import * as webLogin from "./web-login.ts";

/** Every method of this gateway, by family; a method that is not here does not exist. */
export const METHODS: readonly MethodSpec[] = [
  status,
  config,
  secrets,
  logs,
  devices,
  nodes,
  surfaces,
  channels,
  channelPairing,
  webLogin,
  messages,
  agent,
  agents,
  chat,
  sessions,
  usage,
  models,
  tools,
  browser,
].flatMap((family) => Object.values<MethodSpec>(family));

/** The same by name. */
export const METHOD_BY_NAME: ReadonlyMap<string, MethodSpec> = new Map(
  METHODS.map((method) => [method.name, method]),
);

export {
  agent,
  agents,
  browser,
  channelPairing,
  channels,
  chat,
  config,
  devices,
  logs,
  messages,
  models,
  nodes,
  secrets,
  sessions,
  status,
  surfaces,
  tools,
  usage,
  webLogin,
};
