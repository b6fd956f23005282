import { useId } from 'react';
import type { OpportunityState, ParticipantView } from '../api/types';
import { percent } from '../words/format';
import { nameFor } from '../words/words';
import { inOrder } from './order';

const SIZE = 280;
const CENTRE = SIZE / 2;
const RADIUS = 96;
const NODE = 27;
/** Between a person and the arrow beside them, as an angle. */
const GAP = (NODE + 9) / RADIUS;
const BADGE = 12;

/** A trade as what it is: a ring, in which goods move clockwise. Oneself is at the top. */
export function Ring({
  participants,
  me,
  score,
  state,
  joined,
}: {
  participants: readonly ParticipantView[];
  me: string;
  score: number;
  state: OpportunityState;
  /** Who is new in it after a repair. */
  joined?: ReadonlySet<string>;
}) {
  const id = useId();
  const ring = inOrder(participants, me);
  const step = (2 * Math.PI) / ring.length;
  const angle = (i: number) => -Math.PI / 2 + i * step;
  const isOver = ['declined', 'expired', 'withdrawn', 'broken'].includes(state);
  const sentence = ring
    .map((one) => `${nameFor(one.userId, me)} → ${nameFor(one.givesTo, me)}: ${one.givesTitle}`)
    .join('; ');
  return (
    <svg
      className={`ring ${isOver ? 'over' : ''} ${state}`}
      viewBox={`0 0 ${SIZE} ${SIZE}`}
      role="img"
      aria-labelledby={`${id}-title`}
    >
      <title id={`${id}-title`}>{`A ring of ${ring.length} people, score ${percent(score)}. ${sentence}`}</title>
      <defs>
        <marker id={`${id}-tip`} viewBox="0 0 10 10" refX="7" refY="5" markerWidth="5" markerHeight="5" orient="auto">
          <path className="tip" d="M1 1 9 5 1 9z" />
        </marker>
      </defs>
      {ring.map((one, i) => {
        const [from, to] = [angle(i) + GAP, angle(i + 1) - GAP];
        const middle = pointAt((from + to) / 2);
        const d = `M${at(from)}A${RADIUS} ${RADIUS} 0 ${to - from > Math.PI ? 1 : 0} 1 ${at(to)}`;
        const isDone = ring[(i + 1) % ring.length]!.received;
        return (
          <g key={one.gives}>
            <path className={`arc ${isDone ? 'done' : ''}`} d={d} markerEnd={`url(#${id}-tip)`} pathLength={1} />
            <circle className="step" cx={middle.x} cy={middle.y} r={BADGE} />
            <text className="number" x={middle.x} y={middle.y}>
              {i + 1}
            </text>
          </g>
        );
      })}
      {ring.map((one, i) => {
        const { x, y } = pointAt(angle(i));
        const isMe = one.userId === me;
        const tick = pointAt(angle(i), RADIUS + NODE * 0.78);
        return (
          <g key={one.userId} className={`person ${isMe ? 'me' : ''} ${one.accepted ? 'accepted' : ''}`}>
            <circle cx={x} cy={y} r={NODE} />
            <text x={x} y={y}>
              {isMe ? 'You' : initials(one.userId)}
            </text>
            {one.accepted && (
              <g className="tick" transform={`translate(${tick.x - 8} ${tick.y - 8})`}>
                <circle cx="8" cy="8" r="9" />
                <path d="m4 8.500 2.800 2.800L12 5.500" />
              </g>
            )}
            {joined?.has(one.userId) && (
              <g className="new" transform={`translate(${x} ${y + NODE + 9})`}>
                <rect x="-16" y="-8" width="32" height="16" rx="8" />
                <text>new</text>
              </g>
            )}
          </g>
        );
      })}
      <text className="score" x={CENTRE} y={CENTRE - 6}>
        {percent(score)}
      </text>
      <text className="people" x={CENTRE} y={CENTRE + 18}>
        {`${ring.length} people`}
      </text>
    </svg>
  );
}

function pointAt(angle: number, radius = RADIUS): { x: number; y: number } {
  return { x: CENTRE + radius * Math.cos(angle), y: CENTRE + radius * Math.sin(angle) };
}

function at(angle: number): string {
  const { x, y } = pointAt(angle);
  return `${x.toFixed(2)} ${y.toFixed(2)}`;
}

/** Up to two letters, whole ones whatever the script; of a numbered name the first letter and the number's end. */
function initials(name: string): string {
  const letters = Array.from(new Intl.Segmenter().segment(name.replace(/[^\p{L}\p{N}]+/gu, '')), (one) => one.segment);
  const number = /\d{1,2}$/.exec(name)?.[0];
  const short = number === undefined ? letters.slice(0, 2).join('') : `${letters[0]}${number}`;
  return short.toLocaleUpperCase() || '?';
}
