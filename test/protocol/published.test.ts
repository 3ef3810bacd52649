import { describe, expect, test } from "bun:test";
import type { TSchema } from "@sinclair/typebox";
import * as oracle from "@openclaw/gateway-protocol";
import fc from "fast-check";
import { paramsNameOf } from "../../build/protocol/document.ts";
import {
  ConnectParams,
  ErrorShape,
  EVENT_BY_NAME,
  EventFrame,
  explain,
  fits,
  HelloOk,
  METHOD_BY_NAME,
  METHODS,
  RequestFrame,
  ResponseFrame,
} from "../../src/protocol/index.ts";
import { fitting, mutated } from "./arbitrary.ts";
import {
  NEWER_PARAMS,
  PAYLOAD_NAMES,
  published,
  publishedValidator,
  RESULT_NAMES,
  withoutNewerFields,
} from "./published.ts";

const RUNS = { numRuns: 60 };

/** Names of params in the published document that differ from the method's own. */
const PARAMS_NAMES: Readonly<Record<string, string>> = {
  "device.scopes.requestUpgrade": "ScopeUpgradeRequest",
  "device.scopes.waitUpgrade": "ScopeUpgradeWait",
};

function expectAllFit(ours: TSchema, theirs: string, newerParams: readonly string[] = []): void {
  const validate = publishedValidator(theirs);
  fc.assert(
    fc.property(fitting(ours), (value) => {
      const ok = validate(withoutNewerFields(value, newerParams));
      if (!ok) throw new Error(JSON.stringify(validate.errors));
    }),
    RUNS,
  );
}

/** Accepted by theirs means accepted by ours. */
function expectAllAccepted(ours: TSchema, theirs: string): void {
  const validate = publishedValidator(theirs);
  fc.assert(
    fc.property(mutated(published.definitions[theirs] as TSchema), (value) => {
      if (validate(value)) expect(explain(ours, value)).toBeUndefined();
    }),
    RUNS,
  );
}

const withParams = METHODS.map((method) => ({
  name: method.name,
  theirs: PARAMS_NAMES[method.name] ?? paramsNameOf(method),
})).filter(({ theirs }) => theirs in published.definitions);

describe("params", () => {
  test("most methods are described by the published document", () => {
    expect(withParams.length).toBeGreaterThan(30);
  });

  test.each(withParams)("$name takes what the published schema allows", ({ name, theirs }) => {
    const method = METHOD_BY_NAME.get(name);
    if (!method) throw new Error(`no method ${name}`);
    expectAllAccepted(method.params, theirs);
  });

  test.each(withParams)("$name, if strict, takes nothing else", ({ name, theirs }) => {
    const method = METHOD_BY_NAME.get(name);
    if (!method || method.openParams) return;
    expectAllFit(method.params, theirs, NEWER_PARAMS[name]);
  });
});

describe("results and payloads", () => {
  test.each(Object.entries(RESULT_NAMES))("results of %s fit the published %s", (name, theirs) => {
    const method = METHOD_BY_NAME.get(name);
    if (!method) throw new Error(`no method ${name}`);
    expectAllFit(method.result, theirs);
  });

  test.each(Object.entries(PAYLOAD_NAMES))("payloads of %s fit the published %s", (name, theirs) => {
    const event = EVENT_BY_NAME.get(name);
    if (!event) throw new Error(`no event ${name}`);
    expectAllFit(event.payload, theirs);
  });

  test("health fits the snapshot of the published hello", () => {
    const health = METHOD_BY_NAME.get("health");
    if (!health) throw new Error("no method health");
    const validate = publishedValidator("HelloOk");
    const hello = (payload: unknown) => ({
      type: "hello-ok",
      protocol: 4,
      server: { version: "1", connId: "c" },
      features: { methods: [], events: [] },
      snapshot: {
        presence: [],
        health: payload,
        stateVersion: { presence: 0, health: 0 },
        uptimeMs: 0,
      },
      auth: { role: "operator", scopes: [] },
      policy: { maxPayload: 1, maxBufferedBytes: 1, tickIntervalMs: 1 },
    });
    fc.assert(
      fc.property(fitting(health.result), (value) => {
        const { modelRuntime: _model, linkChannel: _link, ...payload } = value as Record<string, unknown>;
        if (!validate(hello(payload))) throw new Error(JSON.stringify(validate.errors));
      }),
      RUNS,
    );
  });
});

describe("frames and handshake", () => {
  test.each([
    ["RequestFrame", RequestFrame],
    ["ResponseFrame", ResponseFrame],
    ["EventFrame", EventFrame],
    ["ErrorShape", ErrorShape],
    ["ConnectParams", ConnectParams],
  ] as const)("%s is the published one, but for fields of newer peers", (theirs, ours) => {
    expectAllFit(ours, theirs);
    expectAllAccepted(ours, theirs);
  });

  test("a hello fits the published HelloOk", () => {
    const validate = publishedValidator("HelloOk");
    fc.assert(
      fc.property(fitting(HelloOk), (value) => {
        const hello = withoutNewerFields(value) as { snapshot: { health: unknown } };
        hello.snapshot.health = {};
        if (!validate(hello)) throw new Error(JSON.stringify(validate.errors));
      }),
      RUNS,
    );
  });
});

/** Validators of the published package, whose error texts shipped clients match on. */
const ORACLES = [
  ["a request frame", RequestFrame, oracle.validateRequestFrame],
  ["connect", ConnectParams, oracle.validateConnectParams],
  ["config.set", paramsOf("config.set"), oracle.validateConfigSetParams],
  ["config.patch", paramsOf("config.patch"), oracle.validateConfigPatchParams],
  ["config.apply", paramsOf("config.apply"), oracle.validateConfigApplyParams],
  ["config.schema.lookup", paramsOf("config.schema.lookup"), oracle.validateConfigSchemaLookupParams],
  ["commands.list", paramsOf("commands.list"), oracle.validateCommandsListParams],
  ["logs.tail", paramsOf("logs.tail"), oracle.validateLogsTailParams],
  ["secrets.resolve", paramsOf("secrets.resolve"), oracle.validateSecretsResolveParams],
  ["device.pair.setupCode", paramsOf("device.pair.setupCode"), oracle.validateDevicePairSetupCodeParams],
  ["device.pair.rename", paramsOf("device.pair.rename"), oracle.validateDevicePairRenameParams],
  ["device.token.rotate", paramsOf("device.token.rotate"), oracle.validateDeviceTokenRotateParams],
  [
    "device.scopes.requestUpgrade",
    paramsOf("device.scopes.requestUpgrade"),
    oracle.validateScopeUpgradeRequest,
  ],
  ["agent", paramsOf("agent"), oracle.validateAgentParams],
  ["agent.wait", paramsOf("agent.wait"), oracle.validateAgentWaitParams],
  ["chat.abort", paramsOf("chat.abort"), oracle.validateChatAbortParams],
  ["chat.inject", paramsOf("chat.inject"), oracle.validateChatInjectParams],
  ["chat.send", paramsOf("chat.send"), oracle.validateChatSendParams],
  ["sessions.abort", paramsOf("sessions.abort"), oracle.validateSessionsAbortParams],
  ["sessions.create", paramsOf("sessions.create"), oracle.validateSessionsCreateParams],
  ["sessions.delete", paramsOf("sessions.delete"), oracle.validateSessionsDeleteParams],
  ["sessions.patch", paramsOf("sessions.patch"), oracle.validateSessionsPatchParams],
  ["sessions.reset", paramsOf("sessions.reset"), oracle.validateSessionsResetParams],
  ["sessions.send", paramsOf("sessions.send"), oracle.validateSessionsSendParams],
  ["sessions.usage", paramsOf("sessions.usage"), oracle.validateSessionsUsageParams],
  ["wake", paramsOf("wake"), oracle.validateWakeParams],
  ["node.invoke", paramsOf("node.invoke"), oracle.validateNodeInvokeParams],
  ["node.invoke.result", paramsOf("node.invoke.result"), oracle.validateNodeInvokeResultParams],
  ["node.invoke.progress", paramsOf("node.invoke.progress"), oracle.validateNodeInvokeProgressParams],
  ["node.pending.enqueue", paramsOf("node.pending.enqueue"), oracle.validateNodePendingEnqueueParams],
  ["node.pending.ack", paramsOf("node.pending.ack"), oracle.validateNodePendingAckParams],
] as const;

function paramsOf(name: string): TSchema {
  const method = METHOD_BY_NAME.get(name);
  if (!method) throw new Error(`no method ${name}`);
  return method.params;
}

test.each(ORACLES)(
  "faults of %s are worded as the published package words them",
  (_name, schema, validate) => {
    fc.assert(
      fc.property(mutated(schema), (sample) => {
        const value = withoutNewerFields(sample);
        const text = validate(value) ? undefined : oracle.formatValidationErrors(validate.errors);
        expect(explain(schema, value)).toBe(text);
        expect(fits(schema, value)).toBe(text === undefined);
      }),
      { numRuns: 200 },
    );
  },
);
