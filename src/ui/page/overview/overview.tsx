import type { Link } from "../link/link.ts";
import type { Live } from "../live/live.ts";
import { useObservable } from "../observable.ts";
import { Badge, Card } from "../parts/card.tsx";
import { spanText } from "../parts/times.ts";
import { useNow } from "../parts/use-now.ts";
import { Approvals } from "./approvals.tsx";
import { CanvasLink } from "./canvas-link.tsx";
import { Channels } from "./channels.tsx";
import { Presence } from "./presence.tsx";

/** How the gateway is, and who waits to be let in. */
export function Overview({ live, link }: { readonly live: Live; readonly link: Link }) {
  return (
    <div class="page">
      <header class="page-head">
        <h1>Overview</h1>
        <button type="button" class="quiet narrow-only" onClick={() => void link.signOut()}>
          Sign out
        </button>
      </header>
      <div class="cards">
        <GatewayCard live={live} />
        {live.may("operator.pairing") && <Approvals live={live} />}
        <Channels live={live} />
        <Presence live={live} />
      </div>
    </div>
  );
}

function GatewayCard({ live }: { readonly live: Live }) {
  const health = useObservable(live.health);
  const now = useNow(1_000);
  const loop = health.eventLoop;
  const { server, snapshot, auth } = live.hello;
  return (
    <Card
      title="Gateway"
      aside={loop?.degraded === true ? <Badge tone="busy">busy</Badge> : <Badge tone="good">healthy</Badge>}
    >
      <dl>
        <dt>Version</dt>
        <dd data-fact="version">{server.version}</dd>
        <dt>Up for</dt>
        <dd data-fact="uptime">{spanText(now - live.startedAt)}</dd>
        {loop !== undefined && (
          <>
            <dt>Delay</dt>
            <dd>{loop.delayP99Ms.toFixed(0)} ms (99 of 100 are faster)</dd>
          </>
        )}
        <dt>Sessions</dt>
        <dd>{health.sessions?.count ?? "–"}</dd>
        <dt>Agents</dt>
        <dd>{(health.agents ?? []).map((agent) => agent.name ?? agent.agentId).join(", ") || "–"}</dd>
        {snapshot.configPath !== undefined && (
          <>
            <dt>Configuration</dt>
            <dd>
              <code>{snapshot.configPath}</code>
            </dd>
          </>
        )}
        {live.hello.pluginSurfaceUrls?.["canvas"] !== undefined && (
          <>
            <dt>Canvas</dt>
            <dd>
              <CanvasLink live={live} />
            </dd>
          </>
        )}
        <dt>Signed in by</dt>
        <dd>{auth.method ?? "this browser"}</dd>
      </dl>
    </Card>
  );
}
