// Who has claimed a notification that several users were sent.
import * as z from 'zod';

export const claimHolderSchema = z.object({
  user_id: z.string(),
  claimed_at: z.iso.datetime(),
  /** From then on it is everyone's again. */
  expires_at: z.iso.datetime(),
});
export type ClaimHolder = z.output<typeof claimHolderSchema>;

export const claimSchema = z
  .object({
    /** The same in every recipient's copy. */
    id: z.uuid(),
    expires_seconds: z.int().positive(),
    /** Grows with every change: of two states the one with the greater number is the later. */
    version: z.int().nonnegative().optional(),
    /**
     * Null: nobody has it. Absent, with `version`, where it was not looked up: keep what is known of this claim.
     */
    holder: claimHolderSchema.nullable().optional(),
  })
  .meta({ id: 'Claim' });
export type Claim = z.output<typeof claimSchema>;

export const claimReplySchema = z.object({ claim: claimSchema }).meta({ id: 'ClaimReply' });
