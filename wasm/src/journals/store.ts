// Where journals are kept.
import { TroupeError } from "../errors.js";

/**
 * Keeps journals: append-only texts, one a run. The calls for one run come one after the other. A run whose store throws
 * is suspended and can be resumed.
 *
 * @example
 * ```ts
 * import type { JournalStore } from "troupe";
 *
 * // Any key-value store will do that can write before it answers.
 * function kvJournal(kv: { get(key: string): Promise<string | null>; put(key: string, value: string): Promise<void> }) {
 *   const texts = new Map<string, string>();
 *   return {
 *     durable: true,
 *     open: async (run) => void texts.set(run, (await kv.get(run)) ?? ""),
 *     append: async (run, at, lines) => {
 *       const whole = new TextEncoder().encode(texts.get(run) ?? "").subarray(0, at);
 *       texts.set(run, new TextDecoder().decode(whole) + new TextDecoder().decode(lines));
 *       await kv.put(run, texts.get(run)!);
 *     },
 *     close: async (run) => void texts.delete(run),
 *     read: async (run) => (await kv.get(run)) ?? undefined,
 *     list: async () => [],
 *   } satisfies JournalStore;
 * }
 * ```
 */
export interface JournalStore {
  /** Whether what was appended survives the host. Then nothing leaves the engine before it is written. */
  readonly durable: boolean;
  /**
   * Takes a run's journal for this host until close(). Throws when another one has it, and with `create` when there is
   * one already.
   */
  open(run: string, mode: "create" | "append"): Promise<void>;
  /**
   * Writes lines at byte `at`: what stands there from a write that was torn is overwritten, what follows is cut off.
   * Resolves when they are safe. `lines` may be kept.
   */
  append(run: string, at: number, lines: Uint8Array): Promise<void>;
  /** The run is over here. Only for who opened it. */
  close(run: string): Promise<void>;
  /** All of a run's journal; nothing if there is none. */
  read(run: string): Promise<string | undefined>;
  /** The runs that have a journal, oldest first if they have names made by troupe. */
  list(): Promise<string[]>;
}

/** Throws `invalid_input` where it is no journal store. */
export function onlyStore(given: unknown): asserts given is JournalStore {
  const store = Object(given) as Record<string, unknown>;
  const missing = ["open", "append", "close", "read", "list"].filter(
    (name) => typeof store[name] !== "function",
  );
  if (missing.length === 0) return;
  const meant = typeof given === "string" ? `fileJournal(${JSON.stringify(given)})` : 'fileJournal("runs")';
  throw new TroupeError(
    "invalid_input",
    `createTroupe needs a journal store as "journal", such as ${meant} or memoryJournal(). What was given has no ${missing.join(", ")}.`,
  );
}
