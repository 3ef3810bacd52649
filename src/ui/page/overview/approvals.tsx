import { useState } from "preact/hooks";
import type { channelPairing, devices, nodes, PendingDevice, PendingNode } from "../../../protocol/index.ts";
import type { GatewayClient } from "../../../client/browser/index.ts";
import type { Live } from "../live/live.ts";
import { useAnswer } from "../live/use-answer.ts";
import { Card, Failure } from "../parts/card.tsx";
import { foreignName } from "../parts/foreign-name.ts";
import { agoText } from "../parts/times.ts";
import { useNow } from "../parts/use-now.ts";

/** Somebody or something that waits for a decision. */
interface Waiting {
  readonly id: string;
  readonly kind: "device" | "node" | "person";
  readonly title: string;
  readonly detail: string;
  readonly at: number;
  readonly approve: (client: GatewayClient) => Promise<unknown>;
  readonly reject: (client: GatewayClient) => Promise<unknown>;
}

const KINDS = { device: "Device", node: "Node", person: "Person" } as const;

/** Devices, nodes and people in chats that wait to be let in. */
export function Approvals({ live }: { readonly live: Live }) {
  const device = useAnswer(
    live,
    async (client) => {
      const { pending } = await client.request<typeof devices.pairList>("device.pair.list", {});
      return pending.map(deviceRow);
    },
    { events: ["device.pair.requested", "device.pair.resolved"] },
  );
  const node = useAnswer(
    live,
    async (client) => {
      const { pending } = await client.request<typeof nodes.pairList>("node.pair.list", {});
      return pending.map(nodeRow);
    },
    { events: ["node.pair.requested", "node.pair.resolved"] },
  );
  const person = useAnswer(
    live,
    async (client) => {
      const { requests } = await askPairing(client);
      return requests.map(personRow);
    },
    { events: ["health"] },
  );
  const waiting = [...(device.value ?? []), ...(node.value ?? []), ...(person.value ?? [])];
  const again = (): void => [device, node, person].forEach((answer) => answer.again());
  return (
    <Card title="Waiting for approval" aside={<span class="count">{waiting.length}</span>}>
      <Failure text={device.error ?? node.error ?? person.error} />
      {waiting.length === 0 && <p class="hint">Nobody waits to be let in.</p>}
      <ul class="rows" data-list="approvals">
        {waiting.map((row) => (
          <WaitingRow key={`${row.kind}:${row.id}`} row={row} live={live} decided={again} />
        ))}
      </ul>
    </Card>
  );
}

function WaitingRow(props: { readonly row: Waiting; readonly live: Live; readonly decided: () => void }) {
  const { row, live, decided } = props;
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | undefined>(undefined);
  const now = useNow(15_000);
  const decide = async (act: Waiting["approve"]): Promise<void> => {
    setBusy(true);
    try {
      await act(live.client);
      decided();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <li class="stacked" data-request={row.id}>
      <span class="grow">
        <strong>{foreignName(row.title)}</strong>{" "}
        <small>
          {KINDS[row.kind]} · {foreignName(row.detail)} · {agoText(row.at, now)}
        </small>
      </span>
      <span class="buttons">
        <button type="button" class="primary" disabled={isBusy} onClick={() => void decide(row.approve)}>
          Approve
        </button>
        <button type="button" disabled={isBusy} onClick={() => void decide(row.reject)}>
          Reject
        </button>
      </span>
      <Failure text={error} />
    </li>
  );
}

function deviceRow({ requestId, deviceId, ...device }: PendingDevice): Waiting {
  const roles = device.roles ?? (device.role === undefined ? [] : [device.role]);
  return {
    id: requestId,
    kind: "device",
    title: device.displayName ?? device.clientId ?? deviceId.slice(0, 12),
    detail: [
      device.isRepair === true ? "asks for more" : undefined,
      roles.join(", "),
      device.platform,
      device.remoteIp,
      (device.scopes ?? []).map((scope) => scope.replace(/^operator\./, "")).join(" "),
    ]
      .filter((part) => part !== undefined && part !== "")
      .join(" · "),
    at: device.ts,
    approve: (client) => client.request<typeof devices.pairApprove>("device.pair.approve", { requestId }),
    reject: (client) => client.request<typeof devices.pairReject>("device.pair.reject", { requestId }),
  };
}

function nodeRow({ requestId, nodeId, ...node }: PendingNode): Waiting {
  const commands = node.commands ?? [];
  return {
    id: requestId,
    kind: "node",
    title: node.displayName ?? nodeId.slice(0, 12),
    detail: [node.platform, commands.length === 0 ? "offers no commands" : `offers ${commands.join(", ")}`]
      .filter((part) => part !== undefined)
      .join(" · "),
    at: node.ts,
    approve: (client) => client.request<typeof nodes.pairApprove>("node.pair.approve", { requestId }),
    reject: (client) => client.request<typeof nodes.pairReject>("node.pair.reject", { requestId }),
  };
}

type PairingRequest = Awaited<ReturnType<typeof askPairing>>["requests"][number];

function askPairing(client: GatewayClient) {
  return client.request<typeof channelPairing.list>("channels.pairing.list", {});
}

function personRow(request: PairingRequest): Waiting {
  const { channel, accountId, requestId, metadata = {} } = request;
  const which = { channel, accountId, requestId };
  return {
    id: requestId,
    kind: "person",
    title: metadata["name"] ?? metadata["username"] ?? request.senderId,
    detail: `${request.channelLabel} · ${request.senderLabel} ${request.senderId} · code ${requestId}`,
    at: Date.parse(request.createdAt),
    approve: (client) =>
      client.request<typeof channelPairing.approve>("channels.pairing.approve", {
        ...which,
        notify: request.notifySupported,
      }),
    reject: (client) => client.request<typeof channelPairing.dismiss>("channels.pairing.dismiss", which),
  };
}
