/** Of what waits for people no more are counted: they read "99+". */
export const MOST_COUNTED = 100;
