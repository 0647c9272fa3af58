// What is the same on every host.
export { Authorizer } from "./auth/authorizer.js";
export type { AuthorizerOptions } from "./auth/context.js";
export type {
  EnterpriseIdentity,
  Grant,
  OAuthOptions,
  RegisteredClient,
  SigningKey,
} from "./auth/options.js";
export { type PopupOptions, finishPopup, popupRedirect } from "./auth/popup.js";
export type { Redirect } from "./auth/redirect.js";
export { type RouteOptions, finishSignIn, routeRedirect } from "./auth/route.js";
export { type CredentialStore, memoryCredentials } from "./auth/store.js";
export type { ModelCatalogue, ModelClass, ModelFacts, ModelPrice } from "./catalogue/facts.js";
export { TroupeError } from "./errors.js";
export {
  type CallResult,
  type ConnectedServer,
  type Content,
  type Elicitation,
  type ElicitationAnswer,
  type PromptMessage,
  type ResourceContent,
  type ServerAbout,
  type ServerChange,
  ServerError,
  type ServerPrompt,
  type ServerRequestOptions,
  type ServerResource,
  type ServerResourceTemplate,
  type ServerTool,
} from "./connected-server.js";
export type {
  ChatStep,
  EndEvent,
  Failure,
  LogEvent,
  ModelUsage,
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
export type { ChatBody, ModelFunction, ModelReply, ModelRequest, SimpleCall, SimpleReply } from "./model.js";
export type {
  Approval,
  ApprovalRule,
  Approvals,
  Attendance,
  AzureProvider,
  BedrockProvider,
  Budget,
  Confirm,
  Doing,
  Egress,
  EqualsProvider,
  ForkOptions,
  FunctionProvider,
  Limits,
  LineLimits,
  ModelChoice,
  ModelWish,
  OfflineProvider,
  OpenAiProvider,
  Prices,
  Provider,
  RemoteProvider,
  ResumeOptions,
  RunChanges,
  RunOptions,
  Secret,
  SharedLimits,
  Sign,
  Tenant,
  TroupeOptions,
  VendorProvider,
  WasmSource,
} from "./options.js";
export type {
  InProcessServer,
  LocalServer,
  Port,
  PortServer,
  RemoteServer,
  Server,
  ServerAsks,
} from "./server-options.js";
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
  ElicitationQuestion,
  OpenAnswer,
  OpenQuestion,
  PlanQuestion,
  Question,
  QuestionPlace,
  SamplingQuestion,
} from "./questions.js";
export type {
  Agent,
  PatternGiven,
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
export {
  type GivenTool,
  type PlainToolDefinition,
  type Tool,
  type ToolBasis,
  type ToolContext,
  type ToolDefinition,
  type ToolHints,
  tool,
} from "./tool.js";
export type { Described, Probed, Verified } from "./described.js";
export type { Troupe } from "./troupe.js";
