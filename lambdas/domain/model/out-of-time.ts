// What a port throws instead of a call that there is no time for.

/** The time of a message is over. What was done so far is done; the next try goes on. */
export class OutOfTime extends Error {
  constructor() {
    super('The message took too long.');
    this.name = 'OutOfTime';
  }
}
