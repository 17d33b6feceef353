// A user's preferences, read and changed.
import type { PreferencesChange } from '../../../protocol/preferences.ts';
import type { Preferences } from '../model/recipient.ts';
import type { Deps } from './ports.ts';

type PreferenceDeps = Pick<Deps, 'userStates'>;

export async function readPreferences(deps: PreferenceDeps, userId: string): Promise<Preferences> {
  return (await deps.userStates.read(userId)).preferences;
}

/** What is not named stays, also when two tabs change different things at once. */
export async function changePreferences(
  deps: PreferenceDeps,
  userId: string,
  change: PreferencesChange,
): Promise<Preferences> {
  const state = await deps.userStates.change(userId, ({ preferences }) => ({
    preferences: { ...preferences, ...change },
  }));
  return state.preferences;
}
