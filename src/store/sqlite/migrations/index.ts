import type { Migration } from "../migration.ts";
import { base } from "./001-base.ts";
import { devices } from "./002-devices.ts";
import { nodes } from "./003-nodes.ts";
import { sessions } from "./004-sessions.ts";
import { channels } from "./005-channels.ts";
import { channelKeys } from "./006-channel-keys.ts";

/** Every step of the schema, oldest first. A released step is never edited; a change is a new step at the end. */
export const MIGRATIONS: readonly Migration[] = [base, devices, nodes, sessions, channels, channelKeys];
