// Synthesizes the app before the first test, so that the end-to-end files find the assembly made.
import { synthesize } from '../../local/assembly.ts';
import { LOCAL_SETTINGS } from '../../local/local-settings.ts';
import { ownsTarget } from './target.ts';

export default async function setup(): Promise<void> {
  if (ownsTarget) await synthesize(LOCAL_SETTINGS);
}
