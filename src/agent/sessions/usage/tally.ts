import type { MessageGroup, UsageGroup } from "../../../store/index.ts";
import type { Calendar } from "./days.ts";
import { addTo, noTotals, TotalsBy } from "./totals.ts";

/** Messages by who wrote them. */
export interface MessageCounts {
  total: number;
  user: number;
  assistant: number;
  toolCalls: number;
  toolResults: number;
  errors: number;
}

/** A day's share. */
interface Day {
  tokens: number;
  cost: number;
  messages: number;
  toolCalls: number;
  errors: number;
}

interface ModelShare {
  readonly provider: string;
  readonly model: string;
  count: number;
  tokens: number;
  cost: number;
}

/** Sums of a number of groups: of one session, or of all. */
export class Tally {
  readonly totals = noTotals();
  readonly messages: MessageCounts = {
    total: 0,
    user: 0,
    assistant: 0,
    toolCalls: 0,
    toolResults: 0,
    errors: 0,
  };
  readonly costDays = new TotalsBy();
  firstAt: number | undefined;
  lastAt: number | undefined;
  readonly #calendar: Calendar;
  readonly #days = new Map<string, Day>();
  readonly #tools = new Map<string, number>();
  readonly #models = new TotalsBy();
  readonly #calls = new Map<string, { provider: string; model: string; count: number }>();
  readonly #providerCalls = new Map<string, number>();
  readonly #providers = new TotalsBy();
  readonly #modelDays = new Map<string, ModelShare & { date: string }>();

  constructor(calendar: Calendar) {
    this.#calendar = calendar;
  }

  addUsage(group: UsageGroup): void {
    const date = this.#calendar.dayOf(group.quarter);
    const { provider, model, calls } = group;
    const name = `${provider}/${model}`;
    addTo(this.totals, group);
    this.costDays.add(date, group);
    this.#models.add(name, group);
    this.#providers.add(provider, group);
    this.#calls.set(name, { provider, model, count: (this.#calls.get(name)?.count ?? 0) + calls });
    this.#providerCalls.set(provider, (this.#providerCalls.get(provider) ?? 0) + calls);
    const day = this.#day(date);
    day.tokens += group.totalTokens;
    day.cost += group.cost.total;
    const share = this.#modelDays.get(`${date} ${name}`) ?? {
      date,
      provider,
      model,
      count: 0,
      tokens: 0,
      cost: 0,
    };
    share.count += calls;
    share.tokens += group.totalTokens;
    share.cost += group.cost.total;
    this.#modelDays.set(`${date} ${name}`, share);
    this.#saw(group);
  }

  addMessages(group: MessageGroup): void {
    const { messages } = this;
    messages.total += group.messages;
    if (group.role === "user") messages.user += group.messages;
    if (group.role === "assistant") messages.assistant += group.messages;
    if (group.role === "toolResult") {
      messages.toolResults += group.messages;
      this.#tools.set(group.tool, (this.#tools.get(group.tool) ?? 0) + group.messages);
    }
    messages.toolCalls += group.toolCalls;
    messages.errors += group.errors;
    const day = this.#day(this.#calendar.dayOf(group.quarter));
    day.messages += group.messages;
    day.toolCalls += group.toolCalls;
    day.errors += group.errors;
    this.#saw(group);
  }

  /** Whether anything happened. */
  get isActive(): boolean {
    return this.firstAt !== undefined;
  }

  get days(): ({ date: string } & Day)[] {
    return [...this.#days].map(([date, day]) => ({ date, ...day })).sort(byDate);
  }

  get byModel() {
    return [...this.#calls]
      .map(([name, { provider, model, count }]) => ({
        provider,
        model,
        count,
        totals: this.#models.of(name),
      }))
      .sort(byCost);
  }

  get byProvider() {
    return this.#providers
      .entries()
      .map(([provider, totals]) => ({ provider, count: this.#providerCalls.get(provider) ?? 0, totals }))
      .sort(byCost);
  }

  get modelDays() {
    return [...this.#modelDays.values()].sort((a, b) => byDate(a, b) || b.cost - a.cost);
  }

  get costDaily() {
    return this.costDays
      .entries()
      .map(([date, totals]) => ({ date, ...totals }))
      .sort(byDate);
  }

  get tools() {
    const tools = [...this.#tools]
      .map(([name, count]) => ({ name, count }))
      .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
    const totalCalls = tools.reduce((sum, { count }) => sum + count, 0);
    return { totalCalls, uniqueTools: tools.length, tools };
  }

  #day(date: string): Day {
    const known = this.#days.get(date);
    if (known !== undefined) return known;
    const fresh = { tokens: 0, cost: 0, messages: 0, toolCalls: 0, errors: 0 };
    this.#days.set(date, fresh);
    return fresh;
  }

  #saw({ firstAt, lastAt }: { readonly firstAt: number; readonly lastAt: number }): void {
    this.firstAt = Math.min(this.firstAt ?? firstAt, firstAt);
    this.lastAt = Math.max(this.lastAt ?? lastAt, lastAt);
  }
}

interface Costing {
  readonly totals: { readonly totalCost: number; readonly totalTokens: number };
}

/** The dearest first. */
export function byCost(a: Costing, b: Costing): number {
  return b.totals.totalCost - a.totals.totalCost || b.totals.totalTokens - a.totals.totalTokens;
}

function byDate(a: { readonly date: string }, b: { readonly date: string }): number {
  return a.date.localeCompare(b.date);
}
