import { release } from "node:os";
import type { ConfigService, Env, OpenClawConfig, Paths } from "../config/index.ts";
import type { Clock, Timer } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { Logger } from "../lib/logger.ts";
import { VERSION } from "../lib/version.ts";
import { NodeHost } from "../nodes/index.ts";
import { type ConnId, gatewayEvents, MAX_CLOSE_REASON_BYTES, TICK_INTERVAL_MS } from "../protocol/index.ts";
import type { Store } from "../store/index.ts";
import { GatewayAuth } from "./auth/index.ts";
import { Broadcaster } from "./wire/broadcast.ts";
import { EventLoopMonitor } from "./state/event-loop.ts";
import type { GatewayFlags } from "./start/flags.ts";
import { Handshake, type Readiness } from "./wire/handshake.ts";
import { Health } from "./state/health.ts";
import { HelloBuilder } from "./wire/hello.ts";
import { HttpApi } from "./http/api.ts";
import { probeRoutes } from "./http/probes.ts";
import {
  HANDSHAKE_TIMEOUT_MS,
  MAX_PREAUTH_CONNECTIONS_PER_IP,
  RESTART_EXPECTED_MS,
  SHUTDOWN_BUDGET_MS,
} from "./limits.ts";
import { Metrics } from "./state/metrics.ts";
import { Presence } from "./state/presence.ts";
import { RestartControl } from "./state/restart.ts";
import { agentIds, agentsHealth, sessionsHealth } from "./state/roster.ts";
import { Router } from "./wire/router.ts";
import { GatewayServer } from "./wire/server.ts";
import type { GatewaySettings } from "./start/settings.ts";
import { SystemEvents } from "./state/system-events.ts";
import { WriteLimit } from "./wire/write-limit.ts";
import { WsLog } from "./wire/ws-log.ts";
