// A small company's papers, so that a first task has something to read. They live as long as the tab.
import type { Document } from "./messages.js";

const papers: Record<string, string> = {
  "tour.md": `# Autumn tour

- 2026-10-02 Ghent, Minard: 412 seats, "The Winter Road"
- 2026-10-05 Lille, Le Grand Bleu: 350 seats, "The Winter Road"
- 2026-10-09 Cologne, Comedia: 400 seats, "Small Hours"
- 2026-10-14 Utrecht, Stadsschouwburg: 963 seats, "The Winter Road"

The truck leaves at 07:30 on the day before each show.
`,
  "budget.csv": `item,euros
truck,2400
fuel,1150
hotels,5320
fees,18600
posters,480
`,
  "letter.txt": `Dear company,

we are glad to have you at the Comedia on 9 October. Our stage is 11 metres wide and 9 metres deep; the get-in
starts at 10:00. Please send the light plan to technik@comedia.example before 25 September.

With kind regards
Ines Maurer
`,
  "minutes.md": `# Meeting of 3 September

Decided: "Small Hours" plays without an interval. Posters go to the printer on Friday.
Open: who drives the truck to Utrecht? Jonas asks the rental firm about a second driver (action, by 10 September).
Open: the hotel in Lille is two rooms short (action: Mira).
`,
};

export class Documents {
  readonly #all = new Map<string, Document>();

  constructor() {
    for (const [name, text] of Object.entries(papers)) this.#all.set(name, { name, text, isNote: false });
  }

  list(): Document[] {
    return [...this.#all.values()];
  }

  read(name: string): string {
    const found = this.#all.get(name);
    if (found) return found.text;
    throw new Error(`There is no document "${name}". There are: ${[...this.#all.keys()].join(", ")}.`);
  }

  writeNote(name: string, text: string): void {
    if (this.#all.get(name)?.isNote === false) throw new Error(`"${name}" is not a note and stays as it is.`);
    this.#all.set(name, { name, text, isNote: true });
  }
}
