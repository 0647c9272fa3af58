// Many measurements of one thing as one figure, and how figures are written.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The median of what one is of the other, each taken within a round: what disturbed a round disturbed both. */
export const paired = (values, others, relation) =>
  median(values.map((value, round) => relation(value, others[round])));

/** Three digits that count, thousands apart. */
export function number(value) {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export const times = (ratio) => `${number(ratio)}×`;

/** The median, with the lowest and the highest behind it. */
export function spread(values) {
  if (values.length === 1) return number(values[0]);
  return `${number(median(values))} (${number(Math.min(...values))}–${number(Math.max(...values))})`;
}
