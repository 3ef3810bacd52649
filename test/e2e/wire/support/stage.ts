import { expect } from "bun:test";
import type { ConnectParams } from "../../../../src/protocol/index.ts";
import { recordedError, Replay, type Step } from "../../../gateway/auth/support/replay.ts";
import { fieldOf } from "../../../gateway/auth/support/unify.ts";
import type { ConnectOptions } from "../../../gateway/auth/support/world.ts";
import { type WireClient, type WireResponse, within } from "../../../support/index.ts";
import { type Attempt, attempt, type Target } from "./devices.ts";

/** Plays a transcript of several connections against a gateway, each on a socket of its own. */
export class Stage {
  readonly replay: Replay<Attempt>;
  /** Every socket of a name that has not been seen closing, oldest first; refused ones too. */
  readonly #open: { readonly conn: string; readonly client: WireClient; readonly accepted: boolean }[] = [];
  readonly #answers = new Map<string, Promise<WireResponse>>();

  constructor(target: Target, secrets: Readonly<Record<string, string>>) {
    const connect = (params: ConnectParams, { headers = {}, device, twist }: ConnectOptions) =>
      attempt(target, { ...params }, { headers, ...(device && { key: device }), ...(twist && { twist }) });
    this.replay = new Replay<Attempt>({ clock: Date, connect }, secrets);
  }

  /** Puts a connection on the stage that the transcript takes for granted. */
  add(conn: string, client: WireClient): void {
    this.#open.push({ conn, client, accepted: true });
  }

  async play(step: Step): Promise<void> {
    const conn = step.conn ?? "";
    if (step.connect !== undefined) return this.connect(conn, step.connect);
    if (step.call !== undefined) return this.call(conn, step.call, step.id ?? "", step.params);
    if (step.event !== undefined) {
      const { payload } = await this.clientOf(conn).event(step.event);
      return this.compare(step.payload, payload);
    }
    if (step.close !== undefined) return this.compareClose(conn, step.close);
    const answer = await this.#answers.get(
      answerKey(conn, step.hello === undefined ? (step.res ?? "") : "c1"),
    );
    if (answer === undefined) return undefined;
    if (step.hello !== undefined) return this.compare(step.hello, fieldOf(answer.payload, "auth"));
    if (step.error !== undefined)
      return this.compare(step.error, answer.error && recordedError(answer.error as never));
    return this.compare(step.payload, answer.payload);
  }

  private async connect(conn: string, recorded: ConnectParams): Promise<void> {
    const { client, answer } = await this.replay.connect(recorded);
    this.#open.push({ conn, client, accepted: answer.ok });
    this.#answers.set(answerKey(conn, "c1"), Promise.resolve(answer));
  }

  private call(conn: string, method: string, id: string, recorded: unknown): void {
    const params = this.replay.bindings.fill(recorded ?? {}, {});
    this.#answers.set(answerKey(conn, id), this.clientOf(conn).request(method, params));
  }

  private clientOf(conn: string): WireClient {
    const live = this.#open.findLast((socket) => socket.conn === conn && socket.accepted);
    if (!live) throw new Error(`${conn} is not connected`);
    return live.client;
  }

  private compare(expected: unknown, actual: unknown): void {
    const plain: unknown = JSON.parse(JSON.stringify(actual ?? null));
    expect(plain).toEqual(JSON.parse(JSON.stringify(this.replay.bindings.fill(expected ?? null, plain))));
  }

  /** The id inside a close reason that was cut at 123 bytes cannot be known from the recording. */
  private async compareClose(conn: string, [code, reason]: readonly [number, string]): Promise<void> {
    const candidates = this.#open.filter((socket) => socket.conn === conn);
    const first = candidates.map((socket) => socket.client.closed.then((close) => ({ socket, close })));
    const { socket, close } = await within(`a close of ${conn}`, Promise.race(first));
    this.#open.splice(this.#open.indexOf(socket), 1);
    if (!reason.endsWith("<cut>")) return this.compare([code, reason], [close.code, close.reason]);
    expect(close.code).toBe(code);
    expect(close.reason).toStartWith(reason.replace("<cut>", ""));
    expect(Buffer.byteLength(close.reason)).toBe(123);
  }
}

function answerKey(conn: string, id: string): string {
  return `${conn} ${id}`;
}
