// Which types of event have a sign of their own in icons.svg.

const KNOWN = new Set(["call_dial", "call_connect", "email_sent", "meeting_booked", "meeting_attended"]);

export const signOf = (type, other = "event") => (KNOWN.has(type) ? type : other);
