interface Close {
  readonly code: number;
  /** The close frame's reason; empty for none. A trailing `…` stands for the error message. */
  readonly reason: string;
  /** When the gateway closes this way, for the docs. */
  readonly when: string;
}

/** Every way the gateway closes a connection. */
export const CLOSES = {
  malformedJson: { code: 1000, reason: "", when: "The first frame is not JSON." },
  handshakeTimeout: { code: 1000, reason: "", when: "No `connect` within 15 s." },
  protocolMismatch: { code: 1002, reason: "protocol mismatch", when: "No protocol version in common." },
  invalidUtf8: { code: 1007, reason: "", when: "A text frame is not UTF-8." },
  refused: { code: 1008, reason: "…", when: "`connect` was refused; the reason is the error message." },
  invalidFrame: { code: 1008, reason: "invalid request frame", when: "The first frame is no request." },
  invalidHandshake: { code: 1008, reason: "invalid-handshake", when: "A worker connects here." },
  tooManyPending: {
    code: 1008,
    reason: "too many pending handshake frames",
    when: "More than 15 frames were sent before the hello.",
  },
  repeatedUnauthorized: {
    code: 1008,
    reason: "repeated unauthorized calls",
    when: "The 11th call in a row that the role may not make.",
  },
  slowConsumer: { code: 1008, reason: "slow consumer", when: "More than `maxBufferedBytes` are queued." },
  tooBig: { code: 1009, reason: "", when: "A frame is larger than allowed." },
  internal: { code: 1011, reason: "internal error", when: "The gateway failed." },
  serviceRestart: { code: 1012, reason: "service restart", when: "The gateway stops or restarts." },
  starting: { code: 1013, reason: "gateway starting", when: "Not ready yet: try again." },
  restarting: { code: 1013, reason: "gateway restart in progress", when: "Not ready again yet: try again." },
  deviceRemoved: {
    code: 4001,
    reason: "device removed",
    when: "The device or its node was removed, or its token rotated or revoked.",
  },
  authChanged: { code: 4001, reason: "gateway auth changed", when: "The shared secret was changed." },
} as const satisfies Record<string, Close>;

export type CloseName = keyof typeof CLOSES;
