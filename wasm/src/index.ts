// What is the same on every host.
export { TroupeError } from "./errors.js";
export type {
  ChatStep,
  EndEvent,
  Failure,
  LogEvent,
  OtherStep,
  Outcome,
  QuestionEvent,
  ResetEvent,
  RunEvent,
  StepEvent,
  Stop,
  TextEvent,
  ToolStep,
  Usage,
} from "./events.js";
export type {
  AgentPlan,
  Analysis,
  Capability,
  Complexity,
  DecideOptions,
  KnownServer,
  LearnedState,
  PatternName,
  PatternOption,
  Plan,
  Recommendation,
  Risk,
  Shape,
  Span,
  Specialisation,
  Strategy,
  TaskType,
} from "./judgement.js";
export { memoryJournal } from "./journals/memory.js";
export type { JournalStore } from "./journals/store.js";
export type { ChatBody, ModelFunction, ModelReply, ModelRequest, SimpleReply } from "./model.js";
export type {
  Approval,
  ApprovalRule,
  Approvals,
  Doing,
  Attendance,
  Budget,
  Confirm,
  Egress,
  EqualsProvider,
  ForkOptions,
  FunctionProvider,
  Limits,
  LineLimits,
  LocalServer,
  OfflineProvider,
  OpenAiProvider,
  Prices,
  Provider,
  RemoteServer,
  RunChanges,
  RunOptions,
  Secret,
  Server,
  SharedLimits,
  Tenant,
  TroupeOptions,
  WasmSource,
} from "./options.js";
export type {
  Answer,
  ApprovalAnswer,
  ApprovalQuestion,
  Approve,
  Ask,
  BudgetAnswer,
  BudgetQuestion,
  ChangedToolsQuestion,
  DoubtAnswer,
  DoubtQuestion,
  OpenAnswer,
  OpenQuestion,
  PlanQuestion,
  Question,
  QuestionPlace,
} from "./questions.js";
export type {
  Agent,
  PatternOptions,
  PatternSettings,
  Patterns,
  PromptName,
  Role,
  RunPattern,
} from "./patterns.js";
export type { Run } from "./run.js";
export type { Health, Line, Pins, Status } from "./status.js";
export type { JsonSchema, StandardSchema } from "./schema.js";
export { type Tool, type ToolContext, type ToolDefinition, type ToolHints, tool } from "./tool.js";
export type { Described, Probed, Troupe, Verified } from "./troupe.js";
