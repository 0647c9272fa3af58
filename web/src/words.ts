// Amounts and values as people read them.

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

export function money(usd: number): string {
  return usd < 0.01 ? `$${usd.toFixed(6).replace(/0+$/, "").replace(/\.$/, "")}` : `$${usd.toFixed(2)}`;
}

export function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** What turns text around or hides in it, written out: what a person allows must read as it is. */
export function plain(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A value in one line: `name: "tour.md"`. */
export function brief(value: unknown): string {
  if (typeof value === "string") return plain(value.replace(/\s+/g, " ").trim());
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  return Object.entries(value)
    .map(([name, each]) => `${plain(name)}: ${plain(JSON.stringify(each) ?? "")}`)
    .join(", ");
}

/** A value to be read in full. */
export function full(value: unknown): string {
  return plain(typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? ""));
}

/** JSON with the members of objects sorted, as journals have them. */
export function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

/** Names, each once: `look, read ×4`. */
export function counted(names: string[]): string {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return [...times].map(([name, count]) => (count > 1 ? `${name} ×${count}` : name)).join(", ");
}
