import type { PresenceEntry } from "../../../protocol/index.ts";
import type { Live } from "../live/live.ts";
import { useObservable } from "../observable.ts";
import { Badge, Card } from "../parts/card.tsx";
import { agoText } from "../parts/times.ts";
import { useNow } from "../parts/use-now.ts";

/** Who is connected now, and who was a moment ago. */
export function Presence({ live }: { readonly live: Live }) {
  const entries = useObservable(live.presence);
  const now = useNow(15_000);
  return (
    <Card title="Connected" aside={<span class="count">{entries.filter(isHere).length}</span>}>
      <ul class="rows" data-list="presence">
        {entries.map((entry, index) => (
          <li key={`${entry.instanceId ?? entry.deviceId ?? entry.host ?? ""}:${index}`}>
            <span class="grow">
              {titleOf(entry)} <small>{detailOf(entry)}</small>
            </span>
            {isHere(entry) ? (
              <Badge tone="good">{entry.mode ?? "here"}</Badge>
            ) : (
              <Badge tone="calm">left {agoText(entry.ts, now)}</Badge>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function isHere({ reason }: PresenceEntry): boolean {
  return reason !== "disconnect";
}

function titleOf({ user, host, clientId, deviceId }: PresenceEntry): string {
  return user?.name ?? host ?? clientId ?? deviceId ?? "somebody";
}

function detailOf({ platform, version, ip }: PresenceEntry): string {
  return [platform, version, ip].filter((part) => part !== undefined).join(" · ");
}
