// troupe's offline model, without servers.
import { createTroupe } from "troupe";

export async function first() {
  const troupe = await createTroupe();
  return (await troupe.run("Add 17 and 25")).answer;
}
