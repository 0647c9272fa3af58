// Files that a person chooses or drops.

/** Journals of long runs are some megabytes; anything beyond this is another file. */
const LARGEST = 64 << 20;

async function read(file: File | undefined, open: (text: string) => void): Promise<void> {
  if (file && file.size <= LARGEST) open(await file.text());
}

export function whenOpened(input: HTMLInputElement, open: (text: string) => void): void {
  input.addEventListener("change", () => {
    void read(input.files?.[0], open);
    // The same file may be chosen again.
    input.value = "";
  });
}

/** `cover` is shown while a file is held over the page. */
export function whenDropped(cover: HTMLElement, open: (text: string) => void): void {
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    cover.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) cover.hidden = true;
  });
  addEventListener("drop", (event) => {
    cover.hidden = true;
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    void read(file, open);
  });
}
