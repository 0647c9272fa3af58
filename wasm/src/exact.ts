// JSON with numbers that JavaScript cannot hold.

const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/** The value of some JSON, where a number that would become another one is the text that it is written as. */
export function exactly(json: string): unknown {
  const exact = json.replace(TOKENS, (token) =>
    token.startsWith('"') || decimalOf(token) === decimalOf(String(Number(token))) ? token : `"${token}"`,
  );
  return JSON.parse(exact);
}

/** Equal for two ways to write one number. */
function decimalOf(number: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(number) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return whole === "" ? number : "0";
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
