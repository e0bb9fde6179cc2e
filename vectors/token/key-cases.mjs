export const keyFiles = {};
