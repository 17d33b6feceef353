// What a deploy rule is: something that must hold in the template, or a deploy, update, rollback or deletion fails on
// AWS.
import type { StackView } from './stack-view.ts';

export interface DeployRule {
  /** The check's name. */
  id: string;
  /** What must hold, as a sentence. */
  holds: string;
  /** What happens on AWS otherwise. */
  otherwise: string;
  check(stack: StackView): Finding[];
}

export interface Finding {
  logicalId: string;
  /** What is wrong with it, following its name. */
  problem: string;
}
