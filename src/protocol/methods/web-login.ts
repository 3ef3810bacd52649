import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { closed, count, epochMs, maybe, text } from "../primitives.ts";

/** A picture of 16 KB holds every code there is. */
const picture = Type.String({ maxLength: 16_384, pattern: "^data:image/png;base64," });

const channel = maybe(text);
const accountId = maybe(
  Type.String({ description: "The channel's default account unless named; it need not be configured yet." }),
);

const progress = Type.Object({
  message: Type.String({ description: "Where the login stands, for a person." }),
  connected: maybe(Type.Boolean({ description: "The account is linked; nothing is left to scan." })),
  qrDataUrl: maybe(picture),
  qrText: maybe(Type.String({ description: "What the picture says, for those who draw it themselves." })),
  qrExpiresAtMs: maybe(epochMs),
  channel: text,
  accountId: text,
  sessionKey: maybe(Type.String({ description: "Names this login." })),
  expiresAtMs: maybe(epochMs),
  self: maybe(closed({ id: text, name: maybe(Type.String()) }, { description: "Who the account is there." })),
  outcome: maybe(
    Type.String({
      description: "`linked`, `timed-out`, `refused`, `failed` or `cancelled`, once it is over.",
    }),
  ),
});

export const webLoginStart = defineMethod({
  name: "web.login.start",
  summary: "Begins to link an account by a code that a phone scans; a login that is under way is joined.",
  scope: "operator.admin",
  params: closed({
    channel,
    accountId,
    force: maybe(Type.Boolean({ description: "Link it anew although it is linked." })),
    timeoutMs: maybe(
      Type.Integer({ minimum: 0, description: "How long to wait for the first code at most." }),
    ),
    verbose: maybe(Type.Boolean({ description: "Log each step of the login." })),
  }),
  result: progress,
  since: 3,
  hidden: true,
  // The platform makes the code.
  waits: true,
});

export const webLoginWait = defineMethod({
  name: "web.login.wait",
  summary: "Waits until an account is linked, its login is over, or another code is to be shown.",
  scope: "operator.admin",
  params: closed({
    channel,
    accountId,
    sessionKey: maybe(text),
    timeoutMs: maybe(count),
    currentQrDataUrl: maybe(picture),
  }),
  result: progress,
  since: 3,
  hidden: true,
  // A person scans the code.
  waits: true,
});

export const webLoginCancel = defineMethod({
  name: "web.login.cancel",
  summary: "Ends a login that is under way; nothing is kept of it.",
  scope: "operator.admin",
  params: closed({ channel, accountId, sessionKey: maybe(text) }),
  result: closed({ channel: text, accountId: text, cancelled: Type.Boolean() }),
  since: 4,
  hidden: true,
});
