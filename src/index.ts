export type {
  BarterEngine,
  CleanupReport,
  ClearingReport,
  EngineEvents,
  EngineStats,
  EventReport,
  ForgetReport,
  ItemEventBus,
  LoadOptions,
  LoadReport,
  Match,
  MatchesAnswer,
  OpportunityCommands,
  OpportunityExplanation,
  OwnOpportunity,
  SnapshotReport,
  SweepOptions,
  SweepReport,
  Told,
} from './api';
export {
  type ClearLoopsOptions,
  clearLoops,
  type Loop,
  type LoopCertificate,
  type LoopClearing,
} from './clearing/clear-loops';
export {
  type ClearingCertificate,
  type ClearingProgress,
  type ClearMarketOptions,
  clearMarket,
  type MarketClearing,
} from './clearing/clear-market';
export { type HighsSolverOptions, highsSolver } from './clearing/highs-solver';
export { type ClearInWorkerOptions, clearInWorker } from './clearing/in-worker';
export type { LoopItem, LoopWant } from './clearing/loop-network';
export type { Packing } from './clearing/packing';
export type { ClearingRules, ClearingWeights, EdgeWays } from './clearing/rules';
export type { PackingSolver } from './clearing/solve-packing';
export { type ClearingVerification, verifyClearing } from './clearing/verify-clearing';
export { type LoopVerification, verifyLoops } from './clearing/verify-loops';
export { compareCycles } from './cycles/cycle';
export { cycleKey } from './cycles/cycle-key';
export { type CycleSearchResult, type FindCyclesOptions, findCycles, forEachCycle } from './cycles/find-cycles';
export type { Digest, MailPort } from './digest/mail-port';
export { type RenderedDigest, renderDigest } from './digest/render-digest';
export { createBarterEngine } from './engine';
export { BarterError, type BarterErrorCode, isBarterError } from './errors';
export { type AnyItemEventHandler, ItemEventEmitter } from './events';
export { BarterGraph, MAX_ITEMS, type Neighbour } from './graph/barter-graph';
export { type FromGraphologyOptions, fromGraphology, type ToGraphologyOptions, toGraphology } from './graph/graphology';
export type { NeighbourhoodOptions } from './graph/neighbourhood';
export { CategoryTree, type CloseCategories } from './market/category-tree';
export type { CriterionName } from './market/clauses';
export type {
  CriterionScore,
  EdgeExplanation,
  ExtraCriterion,
  ScoringOptions,
} from './market/edge-score';
export { type AnswerCount, Market, type MarketOptions } from './market/market';
export type { ItemLimits } from './market/schemas';
export type { Scorer, ScoringModule } from './market/scorer';
export type { Neighbourhood, NeighbourItem } from './market-port/market-port';
export type { WorkerOptions } from './market-port/worker-market';
export { type Net, settle } from './opportunity/cash';
export { ACTIONS, type Action, TRANSITIONS, type Transition, transition } from './opportunity/lifecycle';
export {
  type BarterEngineOptions,
  type ClearingOptions,
  defaultOptions,
  type MatchingOptions,
  type PeopleOptions,
  type PolicyOptions,
  type ResolvedOptions,
  type RetentionOptions,
  type RetryOptions,
} from './options';
export type { Admission } from './policy/admission';
export { cooldown } from './policy/cooldown';
export { type Gate, judge, type Verdict } from './policy/gate';
export type { LedgerNames } from './policy/ledger';
export { lockGate } from './policy/locked';
export { newcomerGate } from './policy/newcomer';
export { overGate } from './policy/over';
export { preferenceGate } from './policy/preferences';
export { quietHours } from './policy/quiet-hours';
export { refusedDealGate } from './policy/refused-deals';
export { threshold } from './policy/threshold';
export { type ThrottleWindow, throttle } from './policy/throttle';
export {
  type Clock,
  countingIds,
  type IdSource,
  type Logger,
  type LogLevel,
  type Sleep,
  silentLogger,
  systemClock,
  systemSleep,
} from './runtime';
export type { EventLog, LoggedEvent } from './storage/event-log';
export { memoryStorage } from './storage/memory-storage';
export type { SnapshotStore } from './storage/snapshot-store';
export type {
  BarterStorage,
  ClaimStore,
  CommitAnswer,
  CounterStore,
  ItemStore,
  NotificationStore,
  OpportunityStore,
  PreferenceStore,
  Proposal,
  Step,
  StoredNotification,
} from './storage/storage';
export { fold } from './text/fold';
export { stems } from './text/words';
export { type MemoryTransport, memoryTransport } from './transport/memory-transport';
export type { BarterTransport } from './transport/transport';
export * from './types';
