import type { NotificationView } from '../api/types';
import { type Live, useLive } from '../state/live';
import { pathTo } from '../state/route';
import { Badge, Button, Empty, Loading, Problem, Words } from '../ui/parts';
import { useTask } from '../ui/use-task';
import { ago, instant } from '../words/format';
import { heldInWords, newsOf } from '../words/words';

/** What one was told, newest first: also what no push has brought. */
export function Inbox({ live }: { live: Live }) {
  const { inbox, missed } = useLive(live);
  const { busy, error, run } = useTask();
  if (!inbox) return <Loading what="your inbox" title="Inbox" />;
  const unread = inbox.filter(({ readAt }) => readAt === null);
  const read = (notifications: NotificationView[]) =>
    run('read', async () => {
      for (const { id } of notifications) await live.client.markRead(id);
      await live.refresh();
    });
  return (
    <>
      <div className="heading">
        <h1>Inbox</h1>
        <p>{unread.length === 0 ? 'You have read everything.' : `${unread.length} unread of ${inbox.length}.`}</p>
        {unread.length > 0 && (
          <Button busy={busy !== null} onClick={() => void read(unread)}>
            Mark all as read
          </Button>
        )}
      </div>
      {error && <Problem message={error} />}
      {inbox.length === 0 && (
        <Empty title="Nothing here yet">
          <p>What you are told about your trades is kept here, also while you are away.</p>
        </Empty>
      )}
      <ul className="inbox">
        {inbox.map((row) => (
          <li key={row.id} className={row.readAt === null ? 'unread' : ''}>
            <a
              href={pathTo('matches', row.opportunityId)}
              onClick={() => {
                if (row.readAt === null) void read([row]);
              }}
            >
              <span className="news">
                {row.readAt === null && <span className="dot" role="img" aria-label="Unread" />}
                <strong>{newsOf(row)}</strong> {missed.has(row.opportunityId) && <Badge>While you were away</Badge>}
              </span>
              <span className="deal">
                <Words>{row.gives.itemTitle}</Words> <span aria-hidden="true">→</span>
                <span className="hidden"> for </span> <Words>{row.gets.itemTitle}</Words>
              </span>
              <span className="when">
                <time dateTime={row.timestamp} title={instant(row.timestamp)}>
                  {ago(row.timestamp)}
                </time>
                {row.heldBy !== undefined && <> · {heldInWords(row.heldBy)}</>}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
