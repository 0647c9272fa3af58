// The page: what a person does goes to the worker, what the worker tells is shown.
import { AnswerView, type RecordedEnd } from "./answer_view.js";
import { byId, element } from "./element.js";
import { showDocuments } from "./documents_view.js";
import { Journal, type Line, isJournal } from "./journal.js";
import { JournalView } from "./journal_view.js";
import type { FromWorker, ToWorker } from "./messages.js";
import { whenDropped, whenOpened } from "./open_journal.js";
import { QuestionView } from "./question_view.js";
import { readSettings, watchSettings } from "./settings.js";
import { Steps } from "./steps.js";
import { StepsView } from "./steps_view.js";

const examples = [
  "List the documents and count the lines of each",
  "Read letter.txt and minutes.md",
  'Add 2400 and 1150, then write "Truck and fuel: 3550 euros" to truck.txt',
];

const worker = new Worker("worker.js", { type: "module", name: "troupe" });
const post = (message: ToWorker) => worker.postMessage(message);

const journal = new Journal();
let steps = new Steps();
let isRunning = false;
let isReplay = false;
/** Whether a run survives this tab. */
let isDurable = false;

const answerView = new AnswerView();
const stepsView = new StepsView();
const journalView = new JournalView();
const questionView = new QuestionView((question, answer) => {
  post({ kind: "answer", question, answer });
  if (questionView.open.length === 0) answerView.status("running", "Running.");
});

const task = byId<HTMLTextAreaElement>("task");
const button = (id: string) => byId<HTMLButtonElement>(id);

function showButtons(): void {
  button("start").disabled = isRunning;
  button("suspend").disabled = button("cancel").disabled = !isRunning || isReplay;
  button("verify").disabled = button("replay").disabled = isRunning || journal.header === undefined;
  button("resume").hidden = isRunning || journal.header === undefined || journal.ended;
}

function clear(): void {
  journal.clear();
  steps = new Steps();
  for (const view of [answerView, stepsView, journalView, questionView]) view.clear();
}

function take(lines: Line[]): void {
  for (const line of lines) steps.add(line);
  journalView.add(lines);
  journalView.show(journal);
  showSteps();
}

/** A question may come before the lines that say what it is about. */
function showSteps(): void {
  for (const question of questionView.open) {
    if (question.subject === "approval") steps.ask(question.step, question.tool, question.arguments);
  }
  stepsView.show(steps);
}

/** Tells a person instead of throwing. */
function attempt(begin: () => void): void {
  try {
    begin();
  } catch (error) {
    answerView.status("failed", error instanceof Error ? error.message : String(error));
  }
}

function running(sentence: string): void {
  isRunning = true;
  answerView.status("running", sentence);
  showButtons();
}

function openJournal(text: string, name: string): void {
  if (isRunning) throw new Error("A run is under way. Suspend it before you open another journal.");
  if (!isJournal(text)) throw new Error(`${name} is no journal of troupe, or is larger than 64 MB.`);
  show(text);
  answerView.status(
    "paused",
    journal.ended ? "Opened a journal; its run has ended." : "Opened a journal that can go on.",
  );
}

function show(text: string): void {
  clear();
  take(journal.write(0, new TextEncoder().encode(text)));
  task.value = journal.header?.task ?? task.value;
  if (journal.ended) answerView.recorded(journal.lines.at(-1)?.value as RecordedEnd);
  post({ kind: "verify", journal: text });
  showButtons();
}

/** A button that is disabled under the keyboard leaves it nowhere, at once or with the next frame. */
function keepFocus(then: HTMLElement): void {
  const at = document.activeElement;
  if (at === document.body || (at instanceof HTMLButtonElement && at.disabled))
    then.focus({ preventScroll: true });
}

function hear(message: FromWorker): void {
  switch (message.kind) {
    case "ready":
      byId("release").textContent = `Release ${message.release}.`;
      isDurable = message.durable;
      return;
    case "left":
      if (isRunning || journal.header) return;
      show(message.journal);
      return answerView.status("paused", "This run was left before it ended. It can go on.");
    case "documents":
      return showDocuments(message.documents);
    case "lines":
      // What the browser kept of a run that goes on does not come again; of another one all does.
      if (message.at === 0) clear();
      return take(journal.write(message.at, message.lines));
    case "event":
      return hearEvent(message.event);
    case "over":
      isRunning = false;
      questionView.clear();
      answerView.over(message.outcome);
      if (isReplay) showReplay(message.outcome.stop.reason);
      else post({ kind: "verify", journal: journal.text });
      showButtons();
      keepFocus(isReplay ? button("replay") : task);
      isReplay = false;
      return;
    case "failed":
      isRunning = isReplay = false;
      questionView.clear();
      answerView.status("failed", message.sentence);
      return showButtons();
    case "verified":
      if (!message.verified.ok) answerView.status("failed", message.verified.sentence);
      return journalView.verified(message.verified);
  }
}

function hearEvent(event: (FromWorker & { kind: "event" })["event"]): void {
  if (event.type === "text") answerView.write(event.step, event.text);
  else if (event.type === "reset") answerView.reset();
  else if (event.type === "log") answerView.status("running", event.text);
  else if (event.type === "question") {
    questionView.add(event);
    showSteps();
    answerView.status("running", "Waits for your answer.");
  } else if (event.type === "step" && !isReplay && questionView.open.length === 0)
    answerView.status("running", "Running.");
}

function showReplay(reason: string): void {
  if (reason === "done")
    answerView.status("done", "Replayed: the same steps, the same answer; nothing outside happened.");
  else if (reason === "recorded")
    answerView.status("paused", "Replayed up to where the journal ends; it can go on.");
}

byId("examples").append(
  ...examples.map((text) =>
    element("button", {
      text,
      attributes: { type: "button" },
      onClick: () => ((task.value = text), task.focus()),
    }),
  ),
);
byId("compose").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  attempt(() => {
    const settings = readSettings();
    clear();
    post({ kind: "start", task: task.value, settings });
    running("Running.");
  });
});
button("resume").addEventListener("click", () =>
  attempt(() => {
    const settings = readSettings();
    show(journal.text);
    post({ kind: "resume", journal: journal.text, settings });
    running("Going on.");
  }),
);
button("replay").addEventListener("click", () =>
  attempt(() => {
    isReplay = true;
    post({ kind: "replay", journal: journal.text, settings: readSettings() });
    running("Replaying.");
  }),
);
button("suspend").addEventListener("click", () => post({ kind: "suspend" }));
button("cancel").addEventListener("click", () => post({ kind: "cancel" }));
button("verify").addEventListener("click", () => post({ kind: "verify", journal: journal.text }));
whenOpened(byId<HTMLInputElement>("open"), (text, name) => attempt(() => openJournal(text, name)));
whenDropped(byId("drop"), (text, name) => attempt(() => openJournal(text, name)));
addEventListener("beforeunload", (leaving) => {
  if (isRunning && !isDurable) leaving.preventDefault();
});

worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => hear(data));
worker.addEventListener("error", ({ message }) =>
  answerView.status("failed", `The worker failed: ${message}`),
);
watchSettings();
showButtons();
