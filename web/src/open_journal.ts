// Files that a person chooses or drops.

/** Journals of long runs are some megabytes; anything beyond this is another file. */
const LARGEST = 64 << 20;

type Opened = (text: string, name: string) => void;

async function read(file: File | undefined, open: Opened): Promise<void> {
  // What is larger is not read: the first bytes show that it is no journal that can be shown here.
  if (file) open(await (file.size <= LARGEST ? file : file.slice(0, 1)).text(), file.name);
}

export function whenOpened(input: HTMLInputElement, open: Opened): void {
  input.addEventListener("change", () => {
    void read(input.files?.[0], open);
    // The same file may be chosen again.
    input.value = "";
  });
}

/** `cover` is shown while a file is held over the page. */
export function whenDropped(cover: HTMLElement, open: Opened): void {
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
