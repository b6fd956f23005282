import type { CategoryId, Cycle, Lock, Preferences, UserId } from '../types';

/** A cycle that asks to become an opportunity, with what its people let in. */
export interface Admission {
  cycle: Cycle;
  /** By person, those of others among them; who has none is absent. */
  preferences: ReadonlyMap<UserId, Preferences>;
  /** The category of what each person would get, where it has one. Worked out when it is read. */
  getsCategory: ReadonlyMap<UserId, CategoryId>;
  /** The locks on its items; those of an opportunity that it takes the place of do not count. Read when it is asked for. */
  locks(): Promise<Lock[]>;
  /** Who has refused the very deal that they would be asked again. */
  refusedBy(): Promise<UserId[]>;
  isNewcomer(userId: UserId): Promise<boolean>;
  /** How many opportunities this person has open, but for one that it takes the place of. */
  countOpen(userId: UserId): Promise<number>;
}
