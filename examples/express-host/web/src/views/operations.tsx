import { useEffect, useState } from 'react';
import type { OperationsView } from '../api/types';
import { type Live, messageOf } from '../state/live';
import { Badge, Button, Loading, Problem, Words } from '../ui/parts';
import { useTask } from '../ui/use-task';
import { count, percent } from '../words/format';
import { Spark } from './spark';

const EVERY_MS = 2_000;
const REMEMBERED = 150;

interface Sample {
  queue: number;
  lag: number;
  p50: number;
  p99: number;
  perMinute: number;
  sent: number;
}

/** How the market is doing, for operators. */
export function Operations({ live }: { live: Live }) {
  const [now, setNow] = useState<OperationsView | null>(null);
  const [samples, setSamples] = useState<Sample[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const { busy, error, run } = useTask();

  useEffect(() => {
    let isCurrent = true;
    const look = () =>
      live.client.operations().then(
        (next) => {
          if (!isCurrent) return;
          setNow(next);
          setProblem(null);
          setSamples((list) => [...list.slice(1 - REMEMBERED), sampleOf(next)]);
        },
        (failure) => isCurrent && setProblem(messageOf(failure)),
      );
    void look();
    const timer = setInterval(() => document.visibilityState === 'visible' && void look(), EVERY_MS);
    return () => {
      isCurrent = false;
      clearInterval(timer);
    };
  }, [live]);

  if (!now) {
    return (
      <>
        <div className="heading">
          <h1>Operations</h1>
        </div>
        {problem ? <Problem message={problem} /> : <Loading what="the figures" />}
      </>
    );
  }
  const { stats, evening } = now;
  const series = (key: keyof Sample) => samples.map((sample) => sample[key]);
  const ms = (value: number) => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
  const gates = Object.entries(stats.suppressedByGate).sort(([, a], [, b]) => b - a);
  const most = Math.max(1, ...gates.map(([, many]) => many));

  return (
    <>
      <div className="heading">
        <h1>Operations</h1>
        <p>Live, every two seconds. Charts show the last five minutes of this page.</p>
        {evening && (
          <Button
            kind={evening.isRunning ? 'plain' : 'main'}
            busy={busy !== null}
            onClick={() =>
              void run('evening', () => (evening.isRunning ? live.client.endEvening() : live.client.beginEvening()))
            }
          >
            {evening.isRunning ? 'End the evening' : 'Simulate a busy evening'}
          </Button>
        )}
      </div>
      {(problem ?? error) && <Problem message={(problem ?? error)!} />}
      {evening && evening.of > 0 && (
        <div className="card evening">
          <label htmlFor="evening">
            {evening.isRunning ? 'A busy evening' : 'The evening is over'}: {count(evening.posted)} of{' '}
            {count(evening.of)} items posted
          </label>
          <progress id="evening" max={evening.of} value={evening.posted} />
          <p className="says">
            Bots accepted {count(evening.accepted)} times, declined {count(evening.declined)} times and received{' '}
            {count(evening.confirmed)} items.
          </p>
        </div>
      )}
      <ul className="figures">
        <Figure title="Events a minute" value={count(stats.eventsPerMinute)} series={series('perMinute')} />
        <Figure title="Queue" value={count(stats.queueLength)} series={series('queue')}>
          oldest waits {ms(stats.queueLagMs)}
        </Figure>
        <Figure title="An event takes" value={ms(stats.processingMs.p50)} series={series('p50')}>
          the median; one in a hundred {ms(stats.processingMs.p99)} or more
        </Figure>
        <Figure title="Slowest of a hundred" value={ms(stats.processingMs.p99)} series={series('p99')} />
        <Figure title="Notifications sent" value={count(stats.notificationsSent)} series={series('sent')}>
          {stats.eventsProcessed > 0 && `${(stats.notificationsSent / stats.eventsProcessed).toFixed(2)} an event; `}
          {count(stats.notificationsPending)} wait
        </Figure>
        <Figure title="Connected" value={count(stats.connectedClients)} />
        <Figure title="Market" value={count(stats.items)}>
          items, {count(stats.edges)} edges
        </Figure>
        <Figure title="Rings found" value={count(stats.cyclesFound)}>
          {count(stats.opportunitiesTold)} told
        </Figure>
        <Figure title="Answers from the cache" value={percent(stats.cacheHitRate)}>
          {count(stats.cacheEntries)} kept
        </Figure>
        <Figure title="Locks" value={count(stats.locks.soft + stats.locks.hard)}>
          {count(stats.locks.hard)} in agreed trades
        </Figure>
        <Figure title="Searches cut short" value={count(stats.searchesTruncated.budget + stats.searchesTruncated.cap)}>
          {count(stats.searchesTruncated.budget)} by budget, {count(stats.searchesTruncated.cap)} by short lists
        </Figure>
        <Figure title="Events failed" value={count(stats.eventsFailed)}>
          {count(stats.eventsMerged)} merged
        </Figure>
      </ul>
      <div className="columns">
        <section className="card" aria-labelledby="held-back">
          <h2 id="held-back">Held back, by gate</h2>
          {gates.length === 0 && <p className="says">Nothing has been held back.</p>}
          <ul className="bars">
            {gates.map(([gate, many]) => (
              <li key={gate}>
                <span>{gate}</span>
                <meter className="meter" max={most} value={many} aria-label={`${gate}: ${count(many)}`} />
                <span className="amount">{count(many)}</span>
              </li>
            ))}
          </ul>
        </section>
        <section className="card" aria-labelledby="not-exact">
          <h2 id="not-exact">Searches that were not exact</h2>
          {now.inexact.length === 0 && <p className="says">Every answer was proven to be the best.</p>}
          <ul className="bars">
            {now.inexact.slice(0, 8).map(({ at, itemId, reason, found }) => (
              <li key={`${at} ${itemId}`}>
                <Words>{itemId}</Words>
                <Badge kind="wait">{reason}</Badge>
                <span className="amount">{count(found)} found</span>
              </li>
            ))}
          </ul>
        </section>
      </div>
      <section className="card story" aria-labelledby="story">
        <h2 id="story">What happened</h2>
        {now.story.length === 0 && <p className="says">Nothing yet.</p>}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whatever scrolls is reached by keyboard */}
        <ol tabIndex={0} aria-labelledby="story">
          {now.story.slice(0, 80).map(({ number, at, level, message }) => (
            <li key={number} className={level}>
              <time dateTime={at}>{at.slice(11, 19)}</time> <Words>{message}</Words>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

function sampleOf({ stats }: OperationsView): Sample {
  return {
    queue: stats.queueLength,
    lag: stats.queueLagMs,
    p50: stats.processingMs.p50,
    p99: stats.processingMs.p99,
    perMinute: stats.eventsPerMinute,
    sent: stats.notificationsSent,
  };
}

function Figure({
  title,
  value,
  series,
  children,
}: {
  title: string;
  value: string;
  series?: readonly number[];
  children?: React.ReactNode;
}) {
  return (
    <li className="card figure">
      <h2>{title}</h2>
      <p className="value">{value}</p>
      {series && <Spark title={title} series={series} />}
      {children && <p className="says">{children}</p>}
    </li>
  );
}
