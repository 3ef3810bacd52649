import { type EventSpec, mayHear, type StateVersion } from "../../protocol/index.ts";
import type { Client } from "../method.ts";
import type { Metrics } from "../state/metrics.ts";

/** A connected client as the broadcaster needs it. */
export interface EventSink {
  readonly client: Client;
  /** Sends one frame; false when it was dropped because the client is too slow. */
  sendEvent(frame: string, droppable: boolean): boolean;
  /** The next number of this connection's event sequence. */
  nextSeq(): number;
}

export interface PublishOptions {
  /** Narrows the audience further than the event's scope does. */
  readonly only?: (client: Client) => boolean;
  readonly stateVersion?: StateVersion;
}

/** What other parts see of the broadcaster. */
export interface EventPublisher {
  publish(event: EventSpec, payload: unknown, options?: PublishOptions): void;
}

/** For events that are many, or dear to build. */
export interface LazyPublisher {
  /**
   * Like `publish`; the payload is built, and serialised, only when somebody hears it, and only once. Nothing is sent
   * when it turns out to be undefined.
   */
  publishLazily(event: EventSpec, build: () => unknown, options?: PublishOptions): void;
}

/** Sends each event to every client that may hear it; the payload is serialised once. */
export class Broadcaster implements EventPublisher, LazyPublisher {
  private readonly sinks = new Set<EventSink>();

  constructor(private readonly metrics: Metrics) {}

  add(sink: EventSink): void {
    this.sinks.add(sink);
  }

  remove(sink: EventSink): void {
    this.sinks.delete(sink);
  }

  /** All connected clients, in order of arrival. */
  *clients(): Iterable<Client> {
    for (const sink of this.sinks) yield sink.client;
  }

  get size(): number {
    return this.sinks.size;
  }

  publish(event: EventSpec, payload: unknown, options: PublishOptions = {}): void {
    this.publishLazily(event, () => payload, options);
  }

  publishLazily(event: EventSpec, build: () => unknown, options: PublishOptions = {}): void {
    let head: string | undefined;
    const tail = options.stateVersion ? `,"stateVersion":${JSON.stringify(options.stateVersion)}}` : "}";
    let delivered = 0;
    for (const sink of this.sinks) {
      if (!mayHear(event, sink.client) || (options.only && !options.only(sink.client))) continue;
      if (head === undefined) {
        const payload = build();
        if (payload === undefined) return;
        head = frameHead(event, payload);
      }
      if (this.deliver(event, sink, `${head},"seq":${sink.nextSeq()}${tail}`)) delivered += 1;
    }
    if (delivered > 0) this.metrics.count(DELIVERED, DELIVERED_HELP, `event="${event.name}"`, delivered);
  }

  /** Pushes an event to one connection, whatever it may hear; it is no part of the numbered sequence. */
  push(sink: EventSink, event: EventSpec, payload: unknown): boolean {
    return this.deliver(event, sink, `${frameHead(event, payload)}}`);
  }

  private deliver(event: EventSpec, sink: EventSink, frame: string): boolean {
    const sent = sink.sendEvent(frame, event.dropIfSlow);
    if (!sent) this.metrics.count(DROPPED, DROPPED_HELP, `event="${event.name}"`);
    return sent;
  }
}

const DELIVERED = "openclaw_events_delivered_total";
const DELIVERED_HELP = "Event frames handed to sockets.";
const DROPPED = "openclaw_events_dropped_total";
const DROPPED_HELP = "Event frames not sent because the client was too slow.";

function frameHead(event: EventSpec, payload: unknown): string {
  return `{"type":"event","event":"${event.name}","payload":${JSON.stringify(payload)}`;
}
