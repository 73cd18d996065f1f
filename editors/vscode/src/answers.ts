// What the server answers and tells, in the words in which a person gets to see it.

/** A place, as the protocol writes it. */
export interface Place {
  readonly uri: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number }; readonly end: { readonly line: number; readonly character: number } };
}

/** The answer to `lictor.decideSample`, and what `lictor/sampleDecided` tells. */
export interface Decided {
  readonly title: string;
  readonly current: boolean;
  readonly problem?: string;
  /** Absent where the policy had mistakes from the beginning: then the text says so. */
  readonly decision: object | null;
  readonly text: string;
  readonly sample: Place | null;
  readonly watch?: string;
}

/** A sample request beside a policy. */
export interface Sample {
  readonly label: string;
  readonly place: Place;
}

/** The decision as it is shown: what is of an earlier policy says so above all. */
export function decision(decided: Decided): string {
  const of = decided.sample === null ? "" : `${where(decided.sample)}\n\n`;
  const old = decided.current || decided.decision === null ? "" : `NOT OF THE POLICY AS IT STANDS: ${decided.problem ?? "it was changed"}.\nThe last decision was:\n\n`;
  return `${of}${old}${decided.text}`;
}

/** `requests.ndjson, line 3` */
export function where(place: Place): string {
  const name = decodeURIComponent(place.uri.split("/").at(-1) ?? place.uri);
  return `${name}, line ${place.range.start.line + 1}`;
}
