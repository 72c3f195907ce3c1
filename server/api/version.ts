/** The version of the product and of the API's document. */
export const VERSION = "0.1.0";
