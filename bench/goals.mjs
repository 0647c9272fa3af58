// What the project asks of a figure, said as a sentence beside what was measured. Nothing fails by it: a busy machine
// would, and a test has to hold anywhere.

const said = (met, what, shown, asked) => `${what}: ${shown}; asked: ${asked}. ${met ? "Met." : "NOT MET."}`;

export const atMost = (what, value, limit, show) =>
  said(value <= limit, what, show(value), `at most ${show(limit)}`);
export const atLeast = (what, value, limit, show) =>
  said(value >= limit, what, show(value), `at least ${show(limit)}`);
