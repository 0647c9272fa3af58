// Who is at work and how everything fares, and what tools said of themselves at first.
import type { WirePins, WireStatus } from "./protocol.js";

/** A provider's model, a server or a tool of the application. */
export interface Health {
  /** Such as `model openai:gpt-5`, `server files`, `tool send_mail`. */
  component: string;
  /** `degraded`: a quarter of the last uses failed. `down`: it failed so often that it is left in peace. */
  state: "unknown" | "healthy" | "degraded" | "down";
  /** Why it is not healthy. */
  reason: string;
  uses: number;
  failures: number;
  /** A moving mean. */
  latencyMs: number;
}

/** The line before a provider, a server or a tool. */
export interface Line {
  line: string;
  serving: number;
  waiting: number;
  /** Nobody begins before that: it asked for it. */
  heldMs: number;
}

export interface Status {
  /** `busy`: runs wait to begin. `full`: no more are taken. */
  state: "free" | "busy" | "full";
  /** Runs under way. */
  running: number;
  /** Runs that have not begun. */
  waiting: number;
  components: Health[];
  lines: Line[];
  /** What the tenants have spent. */
  tenants: Record<string, { usd: number; tokens: number; calls: number }>;
}

/** What servers said of their tools when they were first seen. JSON, to be kept from one troupe to the next. */
export type Pins = WirePins;

export function statusOf({ components, lines, tenants, ...rest }: WireStatus): Status {
  return {
    ...rest,
    components: components.map(({ latency_ms: latencyMs, ...each }) => ({ ...each, latencyMs })),
    lines: lines.map(({ held_ms: heldMs, ...each }) => ({ ...each, heldMs })),
    tenants: Object.fromEntries(
      Object.entries(tenants).map(([name, { nano_usd, ...each }]) => [
        name,
        { ...each, usd: nano_usd / 1e9 },
      ]),
    ),
  };
}
