// What a user has muted: types, topics, and groups.
import { shownTopic } from '../../../protocol/topic.ts';

export interface Muted {
  muted_types: readonly string[];
  muted_topics: readonly string[];
  muted_groups: readonly string[];
}

/** `topic`: whose subscribers it goes to. `group_id`: the group that its payload names. */
export interface Subject {
  notification_type: string;
  topic?: string | undefined;
  group_id?: string | undefined;
}

export const isMutedBy = (muted: Muted, subject: Subject): boolean =>
  muted.muted_types.includes(subject.notification_type) ||
  (subject.topic !== undefined && muted.muted_topics.includes(shownTopic(subject.topic))) ||
  isGroupMuted(muted, subject);

export const isGroupMuted = (
  { muted_groups: groups }: Pick<Muted, 'muted_groups'>,
  { group_id: group }: Pick<Subject, 'group_id'>,
): boolean => group !== undefined && groups.includes(group);
