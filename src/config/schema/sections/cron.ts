import { Type } from "@sinclair/typebox";
import { choice, either, flag, integer, lazy, section, text, texts } from "../field.ts";
import { secret } from "../secret-ref.ts";

/** An hour: a job that keeps failing is told about once, not every minute. */
const ALERT_COOLDOWN_MS = 3_600_000;

/** Which private addresses an outbound fetch may reach. */
export const ssrfPolicy = (title: string) =>
  section(title, "Which addresses beside public ones may be reached.", {
    dangerouslyAllowPrivateNetwork: flag("Private network", "Dangerous: allows private addresses."),
    allowRfc2544BenchmarkRange: flag("Benchmark range", "Allows 198.18.0.0/15."),
    allowIpv6UniqueLocalRange: flag("Unique local", "Allows fc00::/7."),
    allowedHostnames: texts("Allowed hosts", "Hosts that are allowed wherever they are."),
    blockedHostnames: texts("Blocked hosts", "Hosts that are refused."),
  });

/** `cron`: jobs on a schedule. */
export const cron = lazy(() =>
  section("Automations", "Jobs on a schedule.", {
    enabled: flag("Enabled", "Runs the jobs.", { default: true }),
    skipMissedJobs: flag("Skip missed", "Leaves out what was due while the gateway was off.", {
      default: false,
    }),
    triggers: section("Triggers", "Jobs that start on an event.", {
      enabled: flag("Enabled", "Runs them.", { default: true }),
    }),
    webhookToken: secret("Webhook token", "Secret sent with a job's webhook."),
    webhookSsrfPolicy: ssrfPolicy("Webhook addresses"),
    sessionRetention: either(
      [Type.String(), Type.Literal(false)],
      "Session retention",
      "How long a job's session is kept.",
    ),
    failureAlert: section("Failure alert", "Tells when a job keeps failing.", {
      enabled: flag("Enabled", "Sends the alert."),
      after: integer("After", "Failures in a row.", { default: 2, minimum: 1 }),
      cooldownMs: integer("Cooldown (ms)", "Quiet time between alerts.", {
        default: ALERT_COOLDOWN_MS,
        minimum: 0,
      }),
      includeSkipped: flag("Skipped runs", "Counts skipped runs too."),
      mode: choice(["announce", "webhook"], "Mode", "In a chat, or by webhook."),
      accountId: text("Account", "Account it is sent from."),
      channel: text("Channel", "Channel it goes to."),
      to: text("To", "Chat it goes to."),
    }),
  }),
);
