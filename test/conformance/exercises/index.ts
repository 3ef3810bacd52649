import { AGENT_EXERCISES } from "./agents.ts";
import { CHANNEL_PAIRING_EXERCISES } from "./channel-pairing.ts";
import { CHANNEL_EXERCISES, MESSAGE_EXERCISES } from "./channels.ts";
import { DEVICE_EXERCISES } from "./devices.ts";
import type { Exercise } from "./exercise.ts";
import { GATEWAY_EXERCISES } from "./gateway.ts";
import { MODEL_EXERCISES } from "./models.ts";
import { NODE_EXERCISES } from "./nodes.ts";
import { TOOL_EXERCISES } from "./tools.ts";
import { SESSION_EXERCISES, TURN_EXERCISES } from "./turns.ts";

/** One row for each method there is. */
export const EXERCISES: Readonly<Record<string, Exercise>> = {
  ...GATEWAY_EXERCISES,
  ...DEVICE_EXERCISES,
  ...NODE_EXERCISES,
  ...CHANNEL_EXERCISES,
  ...CHANNEL_PAIRING_EXERCISES,
  ...MESSAGE_EXERCISES,
  ...AGENT_EXERCISES,
  ...MODEL_EXERCISES,
  ...TURN_EXERCISES,
  ...SESSION_EXERCISES,
  ...TOOL_EXERCISES,
};
