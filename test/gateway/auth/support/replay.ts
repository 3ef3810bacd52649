import { randomBytes } from "node:crypto";
import { type ConnectParams, type ErrorShape } from "../../../../src/protocol/index.ts";
import type { ConnectDecision } from "../../../../src/gateway/auth/index.ts";
import { DeviceKey, type ProofTwist } from "./device-key.ts";
import { Bindings } from "./unify.ts";
import type { ConnectOptions } from "./world.ts";

/** One line of a transcript. */
export interface Step {
  readonly conn?: string;
  readonly connect?: ConnectParams;
  readonly hello?: unknown;
  readonly res?: string;
  readonly payload?: unknown;
  readonly error?: ErrorShape;
  readonly close?: readonly [code: number, reason: string];
  readonly call?: string;
  readonly id?: string;
  readonly params?: unknown;
  readonly event?: string;
  readonly upgrade?: { readonly status: number; readonly body: string };
  readonly note?: unknown;
}

export interface TranscriptCase {
  readonly case: string;
  readonly steps: readonly Step[];
}

/** Takes a connect to a gateway, and brings back its answer in whatever form it has there. */
export interface Caller<Answer> {
  readonly clock: { now(): number };
  connect(params: ConnectParams, options: ConnectOptions): Promise<Answer>;
}

/** Devices and placeholders that live through one transcript. */
export class Replay<Answer = ConnectDecision> {
  readonly bindings = new Bindings();
  readonly #devices = new Map<string, DeviceKey>();

  constructor(
    private readonly world: Caller<Answer>,
    secrets: Readonly<Record<string, string>>,
  ) {
    for (const [placeholder, value] of Object.entries(secrets)) this.bindings.bind(placeholder, value);
  }

  /** Sends a recorded connect with real keys, nonces and tokens in place of the placeholders. */
  async connect(
    recorded: ConnectParams,
    options: ConnectOptions = {},
    twist: ProofTwist = {},
  ): Promise<Answer> {
    const { device: proof, ...rest } = recorded;
    const params = { ...rest, ...(rest.auth && { auth: this.#resolved(rest.auth) }) };
    if (proof === undefined) return this.world.connect(params, options);
    const key = this.#deviceFor(proof.publicKey, proof.id);
    const nonce = proof.nonce.startsWith("<") ? {} : { nonce: proof.nonce };
    const forged = this.#forged(proof, key);
    if (forged === undefined)
      return this.world.connect(params, { ...options, device: key, twist: { ...nonce, ...twist } });
    return this.world.connect(
      { ...params, device: { ...proof, ...forged, signature: "AAAA", signedAt: this.world.clock.now() } },
      options,
    );
  }

  #resolved(auth: NonNullable<ConnectParams["auth"]>): NonNullable<ConnectParams["auth"]> {
    return Object.fromEntries(
      Object.entries(auth).map(([field, value]) => [field, this.bindings.valueOf(value) ?? value]),
    );
  }

  #deviceFor(publicKey: string, id: string): DeviceKey {
    const known = this.#devices.get(publicKey);
    if (known !== undefined) return known;
    const key = new DeviceKey();
    this.#devices.set(publicKey, key);
    this.bindings.bind(publicKey, key.publicKey);
    if (this.bindings.valueOf(id) === undefined) this.bindings.bind(id, key.id);
    return key;
  }

  /** The id and key to send when the transcript's do not belong together. */
  #forged(
    proof: { id: string; publicKey: string },
    key: DeviceKey,
  ): { id: string; publicKey: string } | undefined {
    if (!proof.publicKey.startsWith("<"))
      return { id: this.bindings.valueOf(proof.id) ?? "", publicKey: proof.publicKey };
    if (this.bindings.valueOf(proof.id) === key.id) return undefined;
    return { id: randomBytes(32).toString("hex"), publicKey: key.publicKey };
  }
}

/** A refusal as the transcripts have it: without what this gateway adds for the person who reads it. */
export function recordedError(error: ErrorShape): unknown {
  const plain = JSON.parse(JSON.stringify(error));
  for (const added of ["command", "origin", "configKey"]) delete plain.details?.[added];
  return plain;
}
