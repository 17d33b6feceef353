// The topics that open sockets subscribe to, loaded again whenever something happened.
import { useActivity } from './use-activity.ts';
import { type Loaded, useLoaded } from './use-loaded.ts';

export interface TopicSubscribers {
  topic: string;
  sockets: number;
}

export function useTopics(isWanted = true): Loaded<TopicSubscribers[]> {
  return useLoaded<TopicSubscribers[]>(isWanted ? 'topics' : undefined, useActivity());
}
