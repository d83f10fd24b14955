// A figure of a row: written as it is when the row appears, counted to its new value afterwards.

const tag = new URL(import.meta.url).search;
const { createCounter } = await import(`../counter.js${tag}`);

const DURATION = 700;

export const createFigure = (element) => createCounter(element, { first: null, rise: DURATION, fall: DURATION });
