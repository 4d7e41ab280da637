// Times for people: in their language, in the zone of the form, with the zone said where the phone is in another.

/** Return "26 November 2026, 14:05". */
export function momentText(at: number, zone: string, language: string): string {
  const there: Intl.DateTimeFormatOptions = { timeZone: zone, dateStyle: "long", timeStyle: "short" };
  const written = new Intl.DateTimeFormat(language, there).format(at * 1000);
  return isHere(at, zone) ? written : `${written} (${zone})`;
}

/** Return "14:05". */
export function timeText(at: number, zone: string, language: string): string {
  return new Intl.DateTimeFormat(language, { timeZone: zone, timeStyle: "short" }).format(at * 1000);
}

/** Return a date written YYYY-MM-DD as people write it; what is no date stays as it is. */
export function dateText(day: string, language: string): string {
  const date = new Date(`${day}T12:00:00Z`);
  return Number.isNaN(date.getTime()) ? day : new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(date);
}

function isHere(at: number, zone: string): boolean {
  const inZone = (timeZone?: string) =>
    new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", ...(timeZone ? { timeZone } : {}) }).format(at * 1000);
  return inZone(zone) === inZone();
}

/** Return a time as a field of the browser wants it, YYYY-MM-DDTHH:MM, in the phone's own zone. */
export function toField(at: number): string {
  const date = new Date(at * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Return the time in such a field, in seconds since 1970, or null. */
export function fromField(text: string): number | null {
  const time = new Date(text).getTime();
  return Number.isNaN(time) ? null : Math.floor(time / 1000);
}
