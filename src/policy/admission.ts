import type { CategoryId, Cycle, Preferences, UserId } from '../types';

/** A cycle that asks to become an opportunity, with what its people let in. */
export interface Admission {
  cycle: Cycle;
  /** By person; who has none is absent. */
  preferences: ReadonlyMap<UserId, Preferences>;
  /** The category of what each person would get, where it has one. */
  getsCategory: ReadonlyMap<UserId, CategoryId>;
}
