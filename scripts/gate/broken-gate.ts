/** The comparison could not be made; the message says what to do. Exit code 3. */
export class BrokenGate extends Error {}
