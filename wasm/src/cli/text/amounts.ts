// Numbers as people read them.

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en-US")} ${number === 1 ? noun : `${noun}s`}`;
}

export function tokens(number: number): string {
  if (number < 10_000) return count(number, "token");
  return number < 1_000_000
    ? `${(number / 1000).toFixed(1)}k tokens`
    : `${(number / 1_000_000).toFixed(2)}M tokens`;
}

/** Nano-dollars; two significant digits below a cent, because steps cost so little. */
export function dollars(nano: number): string {
  const usd = nano / 1e9;
  if (usd === 0) return "$0";
  if (usd >= 0.01) return `$${usd.toFixed(usd < 1 ? 3 : 2)}`;
  return `$${usd.toFixed(Math.min(9, 1 - Math.floor(Math.log10(usd))))}`;
}

export function bytes(number: number): string {
  if (number < 1000) return `${number} B`;
  return number < 1_000_000 ? `${(number / 1000).toFixed(1)} kB` : `${(number / 1_000_000).toFixed(1)} MB`;
}

export function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${count(Math.floor(seconds / 86_400), "day")} ago`;
}
