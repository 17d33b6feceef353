// Where a preset's events come from.
import type { IEventBus } from 'aws-cdk-lib/aws-events';

export interface PresetProps {
  /** The bus the other system writes to. Default: the service's own. */
  bus?: IEventBus;
  /** Default: any. */
  source?: string;
}
