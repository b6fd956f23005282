/**
 * For authors of adapters: contract suites, whole sample values, and a clock that stands still.
 *
 * @packageDocumentation
 */
export { type EventLogUnderTest, eventLogContract } from './event-log-contract';
export { type ManualClock, manualClock } from './manual-clock';
export type { Runner } from './runner';
export { sampleItem, sampleNotification, sampleOpportunity, sampleParticipant, sampleRow } from './samples';
export { storageContract } from './storage-contract';
export { type TransportUnderTest, transportContract } from './transport-contract';
