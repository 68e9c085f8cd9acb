/** The drill itself is broken, not what it drills; one line. */
export class BrokenDrill extends Error {}
