// Where the emblem of a rank tier is.

export const emblemUrl = (assets, order) => assets(`emblems/${Math.min(9, Math.max(0, order))}.svg`);
