import type { StoredNotification } from '../storage/storage';
import { keyedDigest } from '../util/digest';

/** What the ledgers of pushes know of a row: hashes under the host's key. */
export interface LedgerNames {
  /** Of the person it is for. */
  person: string;
  /** Of the row itself. */
  entry: string;
}

/** The names of rows under this key, worked out once for a row, however many gates count it. */
export function ledgerNames(ledgerKey: string): (row: StoredNotification) => LedgerNames {
  const known = new WeakMap<StoredNotification, LedgerNames>();
  return (row) => {
    let names = known.get(row);
    if (!names) {
      names = { person: keyedDigest(ledgerKey, row.userId), entry: keyedDigest(ledgerKey, row.id) };
      known.set(row, names);
    }
    return names;
  };
}
